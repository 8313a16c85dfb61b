package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.nats.client.support.Status;
import io.weir.messaging.flow.DependencyGate;
import io.weir.messaging.flow.Permits;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server for exactly as many messages as there are free permits, over plain pull requests
 * on a subscription of its own. The client's own consume and fetch calls hand out more than was
 * asked for once handlers run on other threads, and sleep for long after a server restart.
 *
 * <p>A pull is over when its messages have come or the server says so; it is given up, and pulled
 * anew, when the connection was lost or its heartbeats stay away.
 */
final class PullLoop {
  private static final Duration EXPIRES = Duration.ofSeconds(5);
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);
  private static final Duration SILENCE = Duration.ofMillis(2_500);
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(2);
  private static final int MAX_BYTES = 16 << 20;

  private final Logger log = LoggerFactory.getLogger(PullLoop.class);
  private final Broker broker;
  private final ConsumerSpec spec;
  private final Permits permits;
  private final DependencyGate gate;
  private final PullIntake intake;
  private final Runnable repairConsumer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PullPace pace = new PullPace();
  private volatile @Nullable Answers answers;
  private long nextPull = 1;
  private boolean stopping;
  private volatile long lastRoundTrip = System.nanoTime();

  /** What there is once the connection is: where answers come, and which pulls they answer. */
  private record Answers(PullInboxes inboxes, OpenPulls open) {}

  /** A pull that is about to be sent. */
  private record Request(long id, int count, String replyTo, boolean repairFirst) {}

  /**
   * @param repairConsumer puts the consumer back in place when the server does not know it; may
   *     block
   */
  PullLoop(
      Broker broker,
      ConsumerSpec spec,
      Permits permits,
      DependencyGate gate,
      PullIntake intake,
      Runnable repairConsumer) {
    this.broker = broker;
    this.spec = spec;
    this.permits = permits;
    this.gate = gate;
    this.intake = intake;
    this.repairConsumer = repairConsumer;
  }

  void start() {
    var inboxes = new PullInboxes(broker.connection(), EXPIRES.plus(SILENCE), this::arrived);
    var started = new Answers(inboxes, new OpenPulls(permits, inboxes));
    answers = started;
    broker.onDisconnected(() -> pullAnew(started.open()));
    broker.onResubscribed(() -> pullAnew(started.open()));
    Thread.ofVirtual().name("pull-" + spec.durable()).start(() -> run(started));
  }

  /** The gate is open again. */
  void reopened() {
    locked(() -> lastRoundTrip = System.nanoTime());
  }

  /**
   * Frees the permit of a message that is settled. While all were in use no pull was wanted, so the
   * time without an answer begins anew with the first that is free.
   */
  void release() {
    locked(
        () -> {
          boolean wasFull = !permits.worthAPull() && permits.requested() == 0;
          permits.released();
          if (wasFull && permits.worthAPull()) {
            lastRoundTrip = System.nanoTime();
          }
        });
  }

  /**
   * Time since the server last answered a pull; zero while none is wanted, because the loop is
   * paused or has its hands full.
   */
  Duration silence() {
    lock.lock();
    try {
      boolean asked = answers != null && !answers.open().isEmpty();
      boolean wanted =
          gate.closedBecause().isEmpty() && !stopping && (asked || permits.worthAPull());
      return wanted ? Duration.ofNanos(System.nanoTime() - lastRoundTrip) : Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the pulls; what the server has sent already is handed back. */
  void stop(Duration timeout) throws InterruptedException {
    locked(() -> stopping = true);
    Answers current = answers;
    // Without a connection nothing can come, and a drain would wait for one, for ever at zero.
    if (current == null || !broker.connected()) {
      return;
    }
    Duration wait = timeout.compareTo(LONGEST_DRAIN) < 0 ? timeout : LONGEST_DRAIN;
    if (wait.toMillis() < 1) {
      return;
    }
    try {
      var drained = current.inboxes().dispatcher().drain(wait);
      var _ = drained.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | IllegalStateException e) {
      log.atDebug()
          .addKeyValue("consumer", spec.durable())
          .addKeyValue("reason", String.valueOf(e.getMessage()))
          .log("drain of pulls");
    }
  }

  private void run(Answers to) {
    while (true) {
      try {
        Request request = next(to);
        if (request == null) {
          return;
        }
        send(to.open(), request);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        // A loop that died would look like an empty stream.
        log.atWarn()
            .addKeyValue("consumer", spec.durable())
            .setCause(e)
            .log("pull failed, going on");
        locked(pace::refused);
      }
    }
  }

  /** Waits until a pull makes sense and reserves its permits; null when stopping. */
  private @Nullable Request next(Answers to) throws InterruptedException {
    lock.lock();
    try {
      while (!stopping) {
        if (wantsPull()) {
          long id = nextPull++;
          int count = permits.open(id);
          if (count > 0) {
            String replyTo = to.open().add(id).replyTo();
            return new Request(id, count, replyTo, pace.suspectsConsumer());
          }
        }
        changed.await(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS);
        if (to.open().giveUpSilent(SILENCE) > 0) {
          log.atDebug().addKeyValue("consumer", spec.durable()).log("no heartbeat, pulling anew");
        }
        to.inboxes().unsubscribeExpired();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private boolean wantsPull() {
    return gate.closedBecause().isEmpty()
        && broker.connected()
        && permits.worthAPull()
        && pace.mayPull();
  }

  private void send(OpenPulls open, Request request) {
    String body =
        "{\"batch\":%d,\"expires\":%d,\"idle_heartbeat\":%d,\"max_bytes\":%d}"
            .formatted(request.count(), EXPIRES.toNanos(), HEARTBEAT.toNanos(), MAX_BYTES);
    try {
      if (request.repairFirst()) {
        repairConsumer.run();
      }
      broker
          .connection()
          .publish(
              "$JS.API.CONSUMER.MSG.NEXT.%s.%s".formatted(spec.stream(), spec.durable()),
              request.replyTo(),
              body.getBytes(StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      locked(() -> open.giveUp(request.id()));
      throw e;
    }
  }

  /** Runs on the client's dispatcher thread. */
  private void arrived(long id, Message message) {
    Answers to = answers;
    if (to == null) {
      return;
    }
    if (message.isStatusMessage()) {
      long meant = PullInboxes.pullOf(message.getSubject());
      locked(() -> status(to.open(), meant, message.getStatus()));
      return;
    }
    boolean permitted;
    lock.lock();
    try {
      lastRoundTrip = System.nanoTime();
      pace.good();
      permitted = !stopping && permits.arrived(id);
      if (to.open().heard(id) && !permits.isOpen(id)) {
        to.open().end(id);
      }
    } finally {
      lock.unlock();
    }
    if (permitted) {
      intake.take(message);
    } else {
      intake.handBack(message);
    }
  }

  private void status(OpenPulls open, long id, Status status) {
    if (!open.heard(id)) {
      return;
    }
    if (status.getCode() == Status.FLOW_OR_HEARTBEAT_STATUS_CODE) {
      lastRoundTrip = System.nanoTime();
      return;
    }
    open.end(id);
    switch (status.getCode()) {
      case Status.NOT_FOUND_CODE, Status.REQUEST_TIMEOUT_CODE -> {
        lastRoundTrip = System.nanoTime();
        pace.good();
      }
      case Status.CONFLICT_CODE -> conflict(status);
      default -> refused(status);
    }
  }

  /**
   * 409 tells of several things: an end that is normal, and a consumer that is gone or has moved.
   */
  private void conflict(Status status) {
    String reason = status.getMessage();
    if (reason.contains("Consumer Deleted")) {
      pace.consumerGone();
    } else if (reason.contains("Exceeded")) {
      refused(status);
    }
  }

  private void refused(Status status) {
    pace.refused();
    log.atDebug()
        .addKeyValue("consumer", spec.durable())
        .addKeyValue("status", status.getMessageWithCode())
        .log("pull refused");
  }

  private void pullAnew(OpenPulls open) {
    locked(
        () -> {
          open.giveUpAll();
          pace.good();
          lastRoundTrip = System.nanoTime();
        });
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
