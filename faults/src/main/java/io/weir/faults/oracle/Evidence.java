package io.weir.faults.oracle;

import java.util.Map;
import java.util.Set;

/**
 * What is known once everything has come to rest.
 *
 * @param acknowledged ids whose publish JetStream acknowledged
 * @param effects by id, how often its effect was taken as a new one
 * @param results by id, how often its result is stored
 * @param letters by id, how many dead letters there are of it
 * @param left messages that are still in the work queue though nothing goes on
 */
public record Evidence(
    Set<String> acknowledged,
    Map<String, Integer> effects,
    Map<String, Integer> results,
    Map<String, Integer> letters,
    long left) {}
