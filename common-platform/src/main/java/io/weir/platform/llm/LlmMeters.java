package io.weir.platform.llm;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.messaging.DependencyUnavailableException;
import java.time.Duration;
import java.util.Locale;

/** What is measured of a service's model calls. Thread-safe. */
final class LlmMeters {
  private final MeterRegistry meters;

  LlmMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /** One attempt. */
  void call(String outcome, Duration took) {
    Timer.builder("weir.llm.client.calls")
        .description("Model calls of this service, an attempt each, by what became of them.")
        .tag("outcome", outcome)
        .register(meters)
        .record(took);
  }

  /** Tokens of an answer that was not seen before. */
  void tokens(LlmUsage usage) {
    tokens("prompt", usage.promptTokens());
    tokens("completion", usage.completionTokens());
  }

  private void tokens(String kind, long count) {
    Counter.builder("weir.llm.client.tokens")
        .description("Tokens of the answers that this service got, as the providers counted them.")
        .tag("kind", kind)
        .register(meters)
        .increment((double) count);
  }

  /** The label of a failed attempt; {@code unknown} is one that may have been paid. */
  static String outcome(RuntimeException failure) {
    return switch (failure) {
      case LlmTransientException e ->
          switch (e.kind()) {
            case BUSY, UNKNOWN -> e.kind().name().toLowerCase(Locale.ROOT);
            case FAILED -> "transient";
          };
      case DependencyUnavailableException _ -> "unavailable";
      case LlmRejectedException _ -> "rejected";
      default -> "failed";
    };
  }
}
