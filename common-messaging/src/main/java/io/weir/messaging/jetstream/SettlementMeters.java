package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Counts and times how the deliveries of one consumer ended. Thread-safe. */
final class SettlementMeters {
  private static final Set<String> ACKNOWLEDGED = Set.of("done", "skipped", "replay_for_other");
  private static final Set<String> DEAD = Set.of("dead", "invalid", "exhausted", "killer");

  private final MeterRegistry meters;
  private final String stream;
  private final String consumer;
  private final Map<String, Counters> byOutcome = new ConcurrentHashMap<>();

  /** What counts an outcome; looked up together, since this is done for each message. */
  private record Counters(Counter settlement, @Nullable Counter deadLetter, Timer processed) {}

  SettlementMeters(MeterRegistry meters, ConsumerSpec spec) {
    this.meters = meters;
    this.stream = spec.stream();
    this.consumer = spec.durable();
  }

  /**
   * @param outcome what became of the message: {@code done}, {@code skipped}, {@code retry} …
   * @param nanos since its arrival
   */
  void settled(String outcome, long nanos) {
    Counters counters = byOutcome.get(outcome);
    if (counters == null) {
      counters = byOutcome.computeIfAbsent(outcome, this::counters);
    }
    counters.settlement().increment();
    if (counters.deadLetter() != null) {
      counters.deadLetter().increment();
    }
    counters.processed().record(nanos, TimeUnit.NANOSECONDS);
  }

  private Counters counters(String outcome) {
    return new Counters(
        settlementCounter(settlement(outcome)),
        DEAD.contains(outcome) ? deadLetterCounter(outcome) : null,
        timer(outcome));
  }

  /** Whether {@code outcome} means that the message does not come again. */
  static boolean isFinal(String outcome) {
    return DEAD.contains(outcome) || ACKNOWLEDGED.contains(outcome);
  }

  private static String settlement(String outcome) {
    if (DEAD.contains(outcome)) {
      return "term";
    }
    if (outcome.equals("lease_lost")) {
      return "none";
    }
    return ACKNOWLEDGED.contains(outcome) ? "ack" : "nak";
  }

  private Timer timer(String outcome) {
    return Timer.builder("weir.messages.processed")
        .description("Time from a message's arrival to its settlement, by outcome.")
        .tags("stream", stream, "consumer", consumer, "outcome", outcome)
        .register(meters);
  }

  private Counter settlementCounter(String settlement) {
    return Counter.builder("weir.messages.settled")
        .description("Deliveries that were acknowledged, handed back or terminated.")
        .tags("stream", stream, "consumer", consumer, "settlement", settlement)
        .register(meters);
  }

  private Counter deadLetterCounter(String reason) {
    return Counter.builder("weir.messages.dead.lettered")
        .description("Messages that were stored as dead letters and terminated.")
        .tags("stream", stream, "consumer", consumer, "class", reason)
        .register(meters);
  }
}
