/** Measurements of what the library's package of this name keeps to itself. */
@NullMarked
package io.weir.messaging.jetstream;

import org.jspecify.annotations.NullMarked;
