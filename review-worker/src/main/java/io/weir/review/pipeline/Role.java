package io.weir.review.pipeline;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How the model is asked for one type of job. Its version is part of what a result was made with:
 * change it with the words.
 *
 * @param name such as {@code code_reviewer}
 * @param version grows with every change of the words
 * @param instructions what the model is and shall do; goes in as the system message
 * @param content what the answer's {@code content} field shall hold
 */
public record Role(
    @JsonProperty(value = "name", required = true) String name,
    @JsonProperty(value = "version", required = true) int version,
    @JsonProperty(value = "instructions", required = true) String instructions,
    @JsonProperty(value = "content", required = true) String content) {}
