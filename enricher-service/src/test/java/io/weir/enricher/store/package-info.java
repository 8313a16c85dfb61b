/** Tests of the stores on the embedded MongoDB-wire server. */
@NullMarked
package io.weir.enricher.store;

import org.jspecify.annotations.NullMarked;
