package io.weir.enricher.pipeline;

/** What a model is asked: its instructions, and the data and task. */
public record Prompt(String system, String user) {}
