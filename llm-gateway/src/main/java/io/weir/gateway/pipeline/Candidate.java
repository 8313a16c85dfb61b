package io.weir.gateway.pipeline;

/**
 * Somebody who may answer a request.
 *
 * @param provider the provider's name
 * @param model the model's name as that provider knows it
 */
public record Candidate(String provider, String model) {}
