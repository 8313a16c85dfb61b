package io.weir.gateway.completion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Usage;
import java.time.Duration;
import java.util.stream.IntStream;

/** What calls to models cost in time and tokens. Thread-safe. */
public final class LlmMeters {
  // 0.01 s doubled up to 81.92 s: the buckets that the GenAI conventions of OpenTelemetry advise.
  private static final Duration[] BUCKETS =
      IntStream.rangeClosed(0, 13)
          .mapToObj(power -> Duration.ofMillis(10L << power))
          .toArray(Duration[]::new);

  private final MeterRegistry meters;

  public LlmMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /**
   * Notes a call that has ended.
   *
   * @param outcome {@code ok} or the kind of failure
   */
  void call(Candidate who, String outcome, Duration duration, Usage usage) {
    Counter.builder("weir.llm.calls")
        .description("Calls to models by provider, model and outcome.")
        .tags("provider", who.provider(), "model", who.model(), "outcome", outcome)
        .register(meters)
        .increment();
    Timer.builder("weir.llm.call.duration")
        .description("Time from a call to a model to the end of its answer.")
        .tags("provider", who.provider(), "model", who.model())
        .serviceLevelObjectives(BUCKETS)
        .register(meters)
        .record(duration);
    tokens(who, "input", usage.input());
    tokens(who, "output", usage.output());
  }

  /** Notes when the first event of a stream came. */
  void firstToken(Candidate who, Duration duration) {
    Timer.builder("weir.llm.first.token")
        .description("Time from a call to a model to the first event of its stream.")
        .tags("provider", who.provider(), "model", who.model())
        .serviceLevelObjectives(BUCKETS)
        .register(meters)
        .record(duration);
  }

  private void tokens(Candidate who, String type, long count) {
    Counter.builder("weir.llm.tokens")
        .description("Tokens as the providers counted them.")
        .tags("provider", who.provider(), "model", who.model(), "type", type)
        .register(meters)
        .increment((double) count);
  }
}
