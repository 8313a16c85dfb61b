package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.messaging.flow.Permits;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;

/** What a consumer measures about itself. Labels are stream, consumer and outcome, never an id. */
final class ConsumerMeters {
  private final MeterRegistry meters;
  private final ConsumerSpec spec;
  private final Counter redeliveries;
  private final Timer lag;
  private final SettlementMeters settlements;

  ConsumerMeters(
      MeterRegistry meters, ConsumerSpec spec, Permits permits, Supplier<Number> paused) {
    this.meters = meters;
    this.spec = spec;
    this.settlements = new SettlementMeters(meters, spec);
    gauge("weir.consumer.running", permits::running, "Messages that handlers are working on.");
    gauge("weir.consumer.requested", permits::requested, "Messages asked for that have not come.");
    gauge("weir.consumer.permits", permits::limit, "Most messages in hand at once.");
    gauge(
        "weir.consumer.paused", paused, "1 while nothing is pulled because a dependency is away.");
    this.redeliveries =
        Counter.builder("weir.messages.redeliveries")
            .description("Deliveries of messages that had been delivered before.")
            .tags("stream", spec.stream(), "consumer", spec.durable())
            .register(meters);
    this.lag =
        Timer.builder("weir.messages.lag")
            .description("Age of messages when their handler begins.")
            .tags("stream", spec.stream(), "consumer", spec.durable())
            .register(meters);
  }

  void begun(AckReply origin, Instant now) {
    if (origin.deliveries() > 1) {
      redeliveries.increment();
    }
    Duration age = Duration.between(origin.timestamp(), now);
    lag.record(age.isNegative() ? Duration.ZERO : age);
  }

  /**
   * @param outcome what became of the message: {@code done}, {@code skipped}, {@code retry} …
   */
  void settled(String outcome, Duration duration) {
    settlements.settled(outcome);
    Timer.builder("weir.messages.processed")
        .description("Time from a message's arrival to its settlement, by outcome.")
        .tags("stream", spec.stream(), "consumer", spec.durable(), "outcome", outcome)
        .register(meters)
        .record(duration);
  }

  private void gauge(String name, Supplier<Number> value, String description) {
    Gauge.builder(name, value)
        .description(description)
        .tags("stream", spec.stream(), "consumer", spec.durable())
        .register(meters);
  }
}
