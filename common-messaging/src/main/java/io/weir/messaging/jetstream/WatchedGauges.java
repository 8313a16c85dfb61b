package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Gauges of one watched thing under the same labels; not a number until set. Thread-safe. */
final class WatchedGauges {
  private final MeterRegistry meters;
  private final Tags tags;
  private final Map<String, Double> values = new ConcurrentHashMap<>();

  WatchedGauges(MeterRegistry meters, String... tags) {
    this.meters = meters;
    this.tags = Tags.of(tags);
  }

  /** Adds one. */
  WatchedGauges with(String name, String unit, String description) {
    Gauge.builder(name, values, current -> current.getOrDefault(name, Double.NaN))
        .description(description)
        .baseUnit(unit.isEmpty() ? null : unit)
        .tags(tags)
        .register(meters);
    return this;
  }

  void set(String name, Number value) {
    values.put(name, value.doubleValue());
  }

  /** Nothing is known of any of them. */
  void unknown() {
    values.clear();
  }
}
