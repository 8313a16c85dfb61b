/**
 * Finds mentions of entities in one text by rules: every recogniser is a small class or a row of a
 * table, and every mention is cut out of its text, so that it can't be invented. Only re2j patterns
 * or hand-written scanners may enter, which are linear in the length of the text; no input, output,
 * clock or model.
 */
@NullMarked
package io.weir.entity.pipeline.recognise;

import org.jspecify.annotations.NullMarked;
