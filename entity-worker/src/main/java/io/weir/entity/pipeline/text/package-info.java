/**
 * How text is read: words with their offsets, sentence starts, whole-word boundaries, lists of
 * words that carry no meaning. All offsets are UTF-16 code units, as in {@link java.lang.String}.
 * Nothing may enter that knows of entities, of input and output or of a clock.
 */
@NullMarked
package io.weir.entity.pipeline.text;

import org.jspecify.annotations.NullMarked;
