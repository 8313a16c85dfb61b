package io.weir.review.pipeline;

/** A stretch of a file: 1-based lines, 1-based UTF-16 columns, exclusive end column. */
public record Region(int startLine, int startColumn, int endLine, int endColumn) {}
