/** Tests of the service as a whole: its walls, and its loop on real parts. */
@NullMarked
package io.weir.enricher;

import org.jspecify.annotations.NullMarked;
