package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.messaging.flow.InFlight;
import java.time.Duration;

/** What a publisher measures about itself. */
final class PublisherMeters {
  private final Timer published;
  private final Counter failures;
  private final Counter retries;
  private final Counter duplicates;

  PublisherMeters(MeterRegistry meters, InFlight inFlight) {
    this.published =
        Timer.builder("weir.messages.publish")
            .description("Time from a publish to JetStream's acknowledgement, retries included.")
            .serviceLevelObjectives(
                Duration.ofMillis(1),
                Duration.ofMillis(5),
                Duration.ofMillis(25),
                Duration.ofMillis(100),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(10),
                Duration.ofMinutes(1))
            .register(meters);
    this.failures =
        Counter.builder("weir.messages.publish.failures")
            .description("Publishes that were given up: not acknowledged, or refused.")
            .register(meters);
    this.retries =
        Counter.builder("weir.messages.publish.retries")
            .description("Times a message was sent again under the same id.")
            .register(meters);
    this.duplicates =
        Counter.builder("weir.messages.publish.duplicates")
            .description("Publishes that JetStream had stored before under the same id.")
            .register(meters);
    Gauge.builder("weir.messages.publish.inflight", inFlight, InFlight::count)
        .description("Messages that are published and not acknowledged yet.")
        .register(meters);
    Gauge.builder("weir.messages.publish.inflight.size", inFlight, InFlight::bytes)
        .description("Bytes of the messages that are published and not acknowledged yet.")
        .baseUnit("bytes")
        .register(meters);
  }

  void stored(Duration took, boolean duplicate) {
    published.record(took);
    if (duplicate) {
      duplicates.increment();
    }
  }

  void retried() {
    retries.increment();
  }

  void failed() {
    failures.increment();
  }
}
