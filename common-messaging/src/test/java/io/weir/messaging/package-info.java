/** Tests of the vocabulary and of the library's walls. */
@NullMarked
package io.weir.messaging;

import org.jspecify.annotations.NullMarked;
