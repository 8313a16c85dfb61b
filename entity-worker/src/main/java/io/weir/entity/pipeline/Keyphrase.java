package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.TextField;

/**
 * A phrase that says what a document is about.
 *
 * @param field the field of its first occurrence
 * @param start where that begins, in UTF-16 code units
 * @param end where it ends, exclusive
 * @param score from 0 (exclusive) to 1, relative to the document's best
 */
record Keyphrase(TextField field, int start, int end, double score) {}
