package io.weir.messaging.jetstream;

import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.jetstream.FailureCounts.Failures;
import io.weir.messaging.trace.TracedMessage;
import io.weir.messaging.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Takes one message from its arrival to its settlement: decode → validate → handle → settle. Every
 * way out of the handler is an outcome; nothing is acknowledged but by {@link Settlement}.
 */
final class Processing<T> {
  private static final Duration AFTER_INTERRUPT = Duration.ofMillis(500);
  private static final Duration AFTER_FAILED_SETTLEMENT = Duration.ofSeconds(30);

  private final Logger log = LoggerFactory.getLogger(Processing.class);
  private final Deliveries<T> deliveries;
  private final InlineHandling<T> inline;
  private final Suspects suspects;
  private final Attempts<T> attempts;
  private final FailureCounts failureCounts;
  private final Settlement settlement;
  private final Tracing tracing;
  private final Map<String, String> destinations;
  private final ConsumerMeters meters;
  private final OwnSettlements settledHere;
  private final Clock clock;
  private final AtomicInteger running = new AtomicInteger();
  private final LongAdder finished = new LongAdder();
  private final LongAdder handedBack = new LongAdder();
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean abandoning;

  /**
   * @param busy messages in hand that something is done with, the asking one included
   * @param aloneOver told when a suspect no longer runs alone
   * @param settledHere told of each message that does not come again
   */
  Processing(
      Codec<T> codec,
      MessageHandler<T> handler,
      ConsumerOptions options,
      FailureCounts failureCounts,
      Settlement settlement,
      Tracing tracing,
      List<ConsumerSpec> specs,
      ConsumerMeters meters,
      IntSupplier busy,
      Runnable aloneOver,
      OwnSettlements settledHere,
      Clock clock) {
    this.deliveries = new Deliveries<>(codec, options.deadline());
    var call = new HandlerCall<>(handler, options.deadline(), this::isStopping);
    this.inline = new InlineHandling<>(deliveries, call, meters, settledHere, clock);
    this.suspects = new Suspects(failureCounts, busy, stopping, options.deadline(), aloneOver);
    this.attempts =
        new Attempts<>(deliveries, call, suspects, options, failureCounts, settlement, clock);
    this.failureCounts = failureCounts;
    this.settlement = settlement;
    this.tracing = tracing;
    this.destinations =
        specs.stream().collect(Collectors.toMap(ConsumerSpec::durable, ConsumerSpec::destination));
    this.meters = meters;
    this.settledHere = settledHere;
    this.clock = clock;
  }

  /** From here on an interrupt means that the service stops, not that a deadline has passed. */
  void stopping() {
    stopping.countDown();
  }

  /** From here on nothing new is begun: what waits is handed back. */
  void abandoning() {
    abandoning = true;
  }

  boolean isAbandoning() {
    return abandoning;
  }

  boolean isStopping() {
    return stopping.getCount() == 0;
  }

  /** Messages that are being worked on, without those that wait for their key. */
  int running() {
    return running.get();
  }

  /** Messages that were settled for good since the consumer began to stop. */
  long finished() {
    return finished.sum();
  }

  /** Messages in hand that were given back to the server because the consumer stops. */
  long handedBack() {
    return handedBack.sum();
  }

  /** Whether a suspect runs alone, or waits to: nothing else may be pulled. */
  boolean runsAlone() {
    return suspects.runsAlone();
  }

  /** Gives a message in hand back that was not worked on, or not to its end; counts nothing. */
  void handBack(HeldLease lease, Map<String, String> headers, Duration delay) {
    handBackUnseen(lease, headers, delay);
    if (isStopping()) {
      handedBack.increment();
    }
  }

  /** Gives a message back that was never in hand; counts nothing. May wait for the server. */
  void handBackUnseen(HeldLease lease, Map<String, String> headers, Duration delay) {
    int number = lease.origin().deliveries();
    Failures failures = Failures.unread(clock.instant(), number);
    try {
      if (number > 1) {
        failures = failureCounts.read(lease.origin(), clock.instant());
      }
    } catch (DependencyUnavailableException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("handed back unread");
    }
    var attempt = new Attempt(lease, number, failures, headers, false, reason -> {});
    if (lease.hasBegun()) {
      settlement.handBack(attempt, delay);
    } else {
      settlement.handBackUnseen(attempt, delay);
    }
  }

  /** Returns when the message is settled or handed back; throws nothing. */
  void process(HeldLease lease, Map<String, String> headers) {
    process(lease, headers, null, null);
  }

  /**
   * As {@link #process}, but what is to be tried again stays in hand, and is tried again here.
   *
   * @param held told when that happens
   */
  void processInOrder(HeldLease lease, Map<String, String> headers, Runnable held) {
    process(lease, headers, held, null);
  }

  /**
   * Handles a message on the calling thread, which must not be kept waiting: what its settlement
   * needs of the server beyond the acknowledgement is left to the caller.
   *
   * @return what is left to do, on a thread that may wait; null when the message is settled
   */
  @Nullable Runnable processInline(HeldLease lease, Map<String, String> headers) {
    if (lease.origin().deliveries() > 1 || headers.containsKey(MessageHeaders.REPLAY_FOR)) {
      return () -> process(lease, headers);
    }
    LogContext.describe(lease.origin(), headers);
    try {
      var result =
          tracing.process(
              () -> traced(lease, headers),
              headers,
              () -> inline.handle(lease, headers),
              InlineHandling.Result::became);
      Outcome given = result.unsettled();
      return given == null ? null : () -> process(lease, headers, null, given);
    } catch (Exception | StackOverflowError e) {
      return () -> process(lease, headers);
    } finally {
      MDC.clear();
    }
  }

  private void process(
      HeldLease lease,
      Map<String, String> headers,
      @Nullable Runnable held,
      @Nullable Outcome given) {
    long begun = System.nanoTime();
    String became = "failed";
    running.incrementAndGet();
    try {
      meters.begun(lease.origin(), clock.instant());
      LogContext.describe(lease.origin(), headers);
      became =
          tracing.process(
              () -> traced(lease, headers), headers, () -> work(lease, headers, held, given));
    } catch (InterruptedException e) {
      handBack(lease, headers, AFTER_INTERRUPT);
      became = "interrupted";
    } catch (Throwable e) {
      // An error too: a thread that dies without a word would leave its message to come back for
      // ever.
      log.atWarn().setCause(e).log("settlement failed, the message comes back");
      if (lease.isHeld()) {
        settlement.nak(lease.message(), AFTER_FAILED_SETTLEMENT);
      }
    } finally {
      running.decrementAndGet();
      MDC.clear();
      ended(lease.origin(), became);
      meters.settled(lease.origin(), became, System.nanoTime() - begun);
    }
  }

  private void ended(AckReply origin, String became) {
    boolean isFinal = SettlementMeters.isFinal(became);
    if (isFinal) {
      settledHere.add(origin);
    }
    if (isStopping() && isFinal) {
      finished.increment();
    } else if (isStopping() && !became.equals("interrupted")) {
      handedBack.increment();
    }
  }

  /**
   * Attempts until the message is settled: once, unless it keeps its place among those of its key.
   */
  private String work(
      HeldLease lease,
      Map<String, String> headers,
      @Nullable Runnable held,
      @Nullable Outcome given)
      throws InterruptedException {
    if (deliveries.isReplayForAnother(lease.origin(), headers)) {
      lease.message().ack();
      return "replay_for_other";
    }
    Outcome outcome = given;
    boolean knownBefore = lease.origin().deliveries() > 1;
    while (true) {
      Settled settled = attempts.attempt(lease, headers, held != null, knownBefore, outcome);
      if (settled.again() == null) {
        return settled.outcome();
      }
      if (held != null) {
        held.run();
      }
      do {
        if (stopping.await(settled.again().toNanos(), TimeUnit.NANOSECONDS)) {
          throw new InterruptedException("stopped while waiting to try again");
        }
      } while (settlement.isWaitingForDependency());
      if (!lease.isHeld()) {
        return "lease_lost";
      }
      outcome = null;
      knownBefore = true;
    }
  }

  private TracedMessage traced(HeldLease lease, Map<String, String> headers) {
    String consumer = lease.origin().consumer();
    return new TracedMessage(
        lease.message().getSubject(),
        destinations.getOrDefault(consumer, lease.origin().stream()),
        consumer,
        headers.getOrDefault(MessageHeaders.MESSAGE_ID, ""),
        headers.getOrDefault(MessageHeaders.CORRELATION_ID, ""));
  }
}
