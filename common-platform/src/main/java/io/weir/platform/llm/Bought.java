package io.weir.platform.llm;

/**
 * An answer that a provider was paid for, whether it was of use or not.
 *
 * @param id names the purchase: an answer that comes again from where it was stored has the same
 * @param model the model that answered
 */
public record Bought(String id, String model, LlmUsage usage) {}
