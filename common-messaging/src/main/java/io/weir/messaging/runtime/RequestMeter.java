package io.weir.messaging.runtime;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts and times what a service is asked to do, by endpoint: {@code chat_completions}, {@code
 * nats_llm_request}. Feeds the histogram {@code weir_requests_seconds} and the JSON summary of
 * {@code /metrics}. Thread-safe.
 */
public final class RequestMeter {
  static final String NAME = "weir.requests";

  private final MeterRegistry meters;

  /** To look one up in the registry takes longer than to count with it. */
  private final Map<Requests, Timer> timers = new ConcurrentHashMap<>();

  /** Requests that are counted together. */
  private record Requests(String endpoint, boolean failed) {}

  public RequestMeter(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Notes one request that took {@code duration}. */
  public void record(String endpoint, boolean failed, Duration duration) {
    timers.computeIfAbsent(new Requests(endpoint, failed), this::timer).record(duration);
  }

  private Timer timer(Requests alike) {
    return Timer.builder(NAME)
        .description("Requests by endpoint and outcome.")
        .tag("endpoint", alike.endpoint())
        .tag("outcome", alike.failed() ? "error" : "ok")
        .serviceLevelObjectives(
            Duration.ofMillis(5),
            Duration.ofMillis(25),
            Duration.ofMillis(100),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofMinutes(1))
        .register(meters);
  }
}
