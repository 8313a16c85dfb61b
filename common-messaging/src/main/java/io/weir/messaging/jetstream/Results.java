package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.flow.DependencyGate;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the results of a consumer. While no stream answers, because its cluster elects or lacks
 * a majority, a result waits in hand with its message and nothing more is pulled: handled again, it
 * might have to be paid for again. A result that JetStream refuses, or that no stream takes, fails.
 * Thread-safe.
 */
final class Results {
  /** What the gate calls it. */
  static final String DEPENDENCY = "the stream of results";

  private static final Duration BETWEEN = Duration.ofMillis(250);

  /** Sent later, the same id might be stored a second time. */
  private static final Duration WHILE_KNOWN = StreamSpec.DUPLICATE_WINDOW.dividedBy(2);

  private final Logger log = LoggerFactory.getLogger(Results.class);
  private final Broker broker;
  private final Publisher publisher;
  private final DependencyGate gate;
  private final Runnable resume;
  private final AtomicInteger waiting = new AtomicInteger();
  private final CountDownLatch abandoned = new CountDownLatch(1);

  /**
   * @param resume told when results are stored again
   */
  Results(Broker broker, Publisher publisher, DependencyGate gate, Runnable resume) {
    this.broker = broker;
    this.publisher = publisher;
    this.gate = gate;
    this.resume = resume;
  }

  /**
   * Returns when {@code result} is stored.
   *
   * @throws PublishFailedException when waiting won't help, or its message is another's by now
   * @throws InterruptedException when it still waits at the end of a stop
   */
  void publish(HeldLease lease, Outgoing result) throws InterruptedException {
    try {
      publisher.publish(result);
    } catch (PublishFailedException e) {
      if (!passes(e, result)) {
        throw e;
      }
      waiting.incrementAndGet();
      try {
        publishPatiently(lease, result, e);
      } finally {
        if (waiting.decrementAndGet() == 0) {
          open();
        }
      }
    }
  }

  /** Results that wait are not waited for any longer. */
  void abandon() {
    abandoned.countDown();
  }

  /** Throws while results wait: they are tried again all the time, and open the gate themselves. */
  void probe() {
    if (waiting.get() > 0) {
      throw new DependencyUnavailableException(DEPENDENCY, "no stream answers", null);
    }
  }

  private void publishPatiently(HeldLease lease, Outgoing result, PublishFailedException first)
      throws InterruptedException {
    PublishFailedException failure = first;
    long begun = System.nanoTime();
    while (true) {
      close(failure);
      if (abandoned.await(BETWEEN.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new InterruptedException("stopped while its result waited");
      }
      // Not held for an outage, it is ours again once it is delivered here; held by another by now,
      // its result may have been stored long ago.
      boolean old = System.nanoTime() - begun > WHILE_KNOWN.toNanos();
      if (lease.isVoid() || (old && !lease.isHeld())) {
        throw failure;
      }
      try {
        publisher.publish(result);
        return;
      } catch (PublishFailedException e) {
        if (!passes(e, result)) {
          throw e;
        }
        failure = e;
      }
    }
  }

  private void close(PublishFailedException because) {
    if (gate.close(DEPENDENCY, HandlerCall.reason(because))) {
      log.atWarn()
          .addKeyValue("reason", because.getMessage())
          .log("results are not stored, pulling pauses and they wait");
    }
  }

  private void open() {
    if (gate.open(DEPENDENCY)) {
      log.atInfo().log("results are stored again, pulling goes on");
      resume.run();
    }
  }

  /** Whether the failure is one of those that pass by themselves. */
  private boolean passes(PublishFailedException failure, Outgoing result) {
    return !isRefusal(failure) && !(broker.connected() && isNobodys(result.subject().name()));
  }

  private static boolean isRefusal(@Nullable Throwable failure) {
    return failure != null
        && ((failure instanceof JetStreamApiException refusal
                && (Refusals.isFull(refusal) || !Refusals.isTransient(refusal)))
            || isRefusal(failure.getCause()));
  }

  /** Whether JetStream says that no stream takes the subject: an electing one is known to it. */
  private boolean isNobodys(String subject) {
    try {
      return broker.management(Topology.MOMENT).getStreamNames(subject).isEmpty();
    } catch (IOException | JetStreamApiException | DependencyUnavailableException e) {
      return false;
    }
  }
}
