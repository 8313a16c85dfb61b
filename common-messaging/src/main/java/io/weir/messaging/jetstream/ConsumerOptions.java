package io.weir.messaging.jetstream;

import io.weir.messaging.MessageKey;
import io.weir.messaging.flow.Probe;
import io.weir.messaging.flow.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a consumer treats its messages.
 *
 * @param concurrency most messages in hand at once, 1 to 100,000
 * @param maxFailures handler failures after which a message is dead-lettered
 * @param suspectAfter deliveries that vanished one after another (their worker was killed) after
 *     which a message is suspected, and run alone; 3 to 1,000
 * @param deadline longest time one attempt of a handler may take, renewals of the lease included
 * @param retry how long failed messages wait
 * @param order what messages are ordered by; empty for no order
 * @param inline whether the handler runs on the client's thread; for handlers under 50 µs that
 *     never wait
 * @param probes how to ask a dependency, by the name that handlers call unavailable, whether it is
 *     back
 */
public record ConsumerOptions(
    int concurrency,
    int maxFailures,
    int suspectAfter,
    Duration deadline,
    RetryPolicy retry,
    Optional<MessageKey> order,
    boolean inline,
    Map<String, Probe> probes) {
  /** 10 at once, 3 failures, 4 vanished, 10 minutes, delays of 1 s to 30 s, no order, no probes. */
  public static final ConsumerOptions DEFAULT =
      new ConsumerOptions(
          10, 3, 4, Duration.ofMinutes(10), RetryPolicy.DEFAULT, Optional.empty(), false, Map.of());

  public ConsumerOptions {
    if (maxFailures < 1) {
      throw new IllegalArgumentException("at least one failure is needed, got " + maxFailures);
    }
    if (suspectAfter < 3 || suspectAfter > 1_000) {
      throw new IllegalArgumentException("suspectAfter wants 3 to 1000, got " + suspectAfter);
    }
    if (inline && order.isPresent()) {
      throw new IllegalArgumentException(
          "a consumer that runs inline can't keep an order by key: choose one");
    }
    probes = Map.copyOf(probes);
  }

  public ConsumerOptions withConcurrency(int most) {
    return new ConsumerOptions(
        most, maxFailures, suspectAfter, deadline, retry, order, inline, probes);
  }

  public ConsumerOptions withMaxFailures(int most) {
    return new ConsumerOptions(
        concurrency, most, suspectAfter, deadline, retry, order, inline, probes);
  }

  public ConsumerOptions withSuspectAfter(int vanished) {
    return new ConsumerOptions(
        concurrency, maxFailures, vanished, deadline, retry, order, inline, probes);
  }

  public ConsumerOptions withDeadline(Duration longest) {
    return new ConsumerOptions(
        concurrency, maxFailures, suspectAfter, longest, retry, order, inline, probes);
  }

  public ConsumerOptions withRetry(RetryPolicy policy) {
    return new ConsumerOptions(
        concurrency, maxFailures, suspectAfter, deadline, policy, order, inline, probes);
  }

  /**
   * Messages of one key run one after another, in the order of the stream, within one instance. A
   * message that fails is retried in its place, while those behind it wait; at most a quarter of
   * the permits are held by one key.
   */
  public ConsumerOptions orderedBy(MessageKey key) {
    return new ConsumerOptions(
        concurrency, maxFailures, suspectAfter, deadline, retry, Optional.of(key), inline, probes);
  }

  /**
   * The handler runs on the client's thread, which saves a thread start a message. It must not wait
   * for anything, and has no deadline. What it publishes and what fails is settled elsewhere.
   */
  public ConsumerOptions runInline() {
    return new ConsumerOptions(
        concurrency, maxFailures, suspectAfter, deadline, retry, order, true, probes);
  }

  /** With one more dependency that can be asked. */
  public ConsumerOptions withProbe(String dependency, Probe probe) {
    var more = new HashMap<>(probes);
    more.put(dependency, probe);
    return new ConsumerOptions(
        concurrency, maxFailures, suspectAfter, deadline, retry, order, inline, more);
  }
}
