package io.weir.messaging.jetstream;

import io.weir.messaging.flow.Probe;
import io.weir.messaging.flow.RetryPolicy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How a consumer treats its messages.
 *
 * @param concurrency most messages in hand at once
 * @param maxFailures handler failures after which a message is dead-lettered
 * @param deadline longest time a handler may take, renewals of the lease included
 * @param retry how long failed messages wait
 * @param probes how to ask a dependency, by the name that handlers call unavailable, whether it is
 *     back
 */
public record ConsumerOptions(
    int concurrency,
    int maxFailures,
    Duration deadline,
    RetryPolicy retry,
    Map<String, Probe> probes) {
  /** 10 at once, 3 failures, 10 minutes, delays of 1 s to 30 s, no probes. */
  public static final ConsumerOptions DEFAULT =
      new ConsumerOptions(10, 3, Duration.ofMinutes(10), RetryPolicy.DEFAULT, Map.of());

  public ConsumerOptions {
    probes = Map.copyOf(probes);
  }

  public ConsumerOptions withConcurrency(int most) {
    return new ConsumerOptions(most, maxFailures, deadline, retry, probes);
  }

  public ConsumerOptions withMaxFailures(int most) {
    return new ConsumerOptions(concurrency, most, deadline, retry, probes);
  }

  public ConsumerOptions withDeadline(Duration longest) {
    return new ConsumerOptions(concurrency, maxFailures, longest, retry, probes);
  }

  public ConsumerOptions withRetry(RetryPolicy policy) {
    return new ConsumerOptions(concurrency, maxFailures, deadline, policy, probes);
  }

  /** With one more dependency that can be asked. */
  public ConsumerOptions withProbe(String dependency, Probe probe) {
    var more = new HashMap<>(probes);
    more.put(dependency, probe);
    return new ConsumerOptions(concurrency, maxFailures, deadline, retry, more);
  }
}
