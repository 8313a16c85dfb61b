package io.weir.platform.usage;

/**
 * A key that pays from a budget of its own.
 *
 * @param key its id: letters and digits
 */
public record KeyLimit(String key, KeyBudget budget) {}
