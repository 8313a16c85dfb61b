package io.weir.platform.http;

/**
 * One field that a request got wrong.
 *
 * @param field its path in the body, such as {@code metadata.tags[2]}; empty for the body as a
 *     whole
 * @param message what was expected and what was found
 */
public record FieldError(String field, String message) {}
