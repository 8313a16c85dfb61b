package io.weir.gateway.tools;

import java.time.Duration;

/**
 * What a request with tools may cost.
 *
 * @param rounds in which tools are executed; then the model has to answer
 * @param callsOfARound that are executed; others are told that they are too many
 * @param argumentBytes of one call
 * @param total time after which no tool is executed and no model asked any more
 */
public record ToolBounds(int rounds, int callsOfARound, int argumentBytes, Duration total) {
  /** Calls that are executed at the same time. */
  public static final int AT_ONCE = 16;
}
