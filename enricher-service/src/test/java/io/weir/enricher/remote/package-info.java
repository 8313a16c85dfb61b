/** Tests of the clients against stand-ins on the loopback interface. */
@NullMarked
package io.weir.enricher.remote;

import org.jspecify.annotations.NullMarked;
