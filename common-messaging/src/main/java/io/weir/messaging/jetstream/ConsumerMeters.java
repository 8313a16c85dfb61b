package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.weir.messaging.flow.Permits;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What a consumer measures about itself. Labels are stream, consumer and outcome, never an id. */
final class ConsumerMeters {
  private static final String STREAM = "stream";
  private static final String CONSUMER = "consumer";

  /** The meters of one durable consumer. */
  private static final class Lane {
    final Counter redeliveries;
    final Timer age;
    final SettlementMeters settlements;

    Lane(MeterRegistry meters, ConsumerSpec spec) {
      Tags tags = Tags.of(STREAM, spec.stream(), CONSUMER, spec.durable());
      this.settlements = new SettlementMeters(meters, spec);
      this.redeliveries =
          Counter.builder("weir.messages.redeliveries")
              .description("Deliveries of messages that had been delivered before.")
              .tags(tags)
              .register(meters);
      this.age =
          Timer.builder("weir.messages.lag")
              .description("Age of messages when their handler begins.")
              .tags(tags)
              .register(meters);
    }
  }

  private final MeterRegistry meters;
  private final Map<String, Lane> lanes = new HashMap<>();
  private final Tags group;

  /**
   * @param specs the durable consumers that share the permits
   */
  ConsumerMeters(MeterRegistry meters, List<ConsumerSpec> specs, Permits permits) {
    this.meters = meters;
    specs.forEach(spec -> lanes.put(spec.durable(), new Lane(meters, spec)));
    this.group = Tags.of(STREAM, specs.getFirst().stream(), CONSUMER, ConsumerSpec.name(specs));
    gauge("weir.consumer.in.hand", permits::inHand, "Messages in hand: running and waiting.");
    gauge("weir.consumer.requested", permits::requested, "Messages asked for that have not come.");
    gauge("weir.consumer.permits", permits::limit, "Most messages in hand or asked for at once.");
  }

  /** A gauge of the consumer as a whole. */
  void gauge(String name, Supplier<Number> value, String description) {
    Gauge.builder(name, value).description(description).tags(group).register(meters);
  }

  void begun(AckReply origin, Instant now) {
    Lane lane = lane(origin);
    if (origin.deliveries() > 1) {
      lane.redeliveries.increment();
    }
    Duration age = Duration.between(origin.timestamp(), now);
    lane.age.record(age.isNegative() ? Duration.ZERO : age);
  }

  /**
   * @param outcome what became of the message: {@code done}, {@code skipped}, {@code retry} …
   */
  void settled(AckReply origin, String outcome, long nanos) {
    lane(origin).settlements.settled(outcome, nanos);
  }

  private Lane lane(AckReply origin) {
    Lane lane = lanes.get(origin.consumer());
    if (lane == null) {
      throw new IllegalArgumentException("a message of another consumer: " + origin.consumer());
    }
    return lane;
  }
}
