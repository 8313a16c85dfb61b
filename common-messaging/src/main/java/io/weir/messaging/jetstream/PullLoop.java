package io.weir.messaging.jetstream;

import io.nats.client.Message;
import io.weir.messaging.flow.Permits;
import io.weir.messaging.flow.PullState;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server for exactly as many messages as there are free permits, over plain pull requests
 * on a subscription of its own. The client's own consume and fetch calls hand out more than was
 * asked for once handlers run on other threads, and sleep for long after a server restart. What to
 * ask for and when is decided by {@link PullState}; here are its threads, clock and wire.
 */
final class PullLoop {
  private final Logger log = LoggerFactory.getLogger(PullLoop.class);
  private final Broker broker;
  private final List<ConsumerSpec> lanes;
  private final Permits permits;
  private final BooleanSupplier held;
  private final PullIntake intake;
  private final ConsumerRepair repair;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile @Nullable OpenPulls answers;
  private boolean stopping;
  private boolean handsBack;
  private long lastArrival;

  /**
   * @param lanes the durable consumers to pull from, the most urgent first
   * @param held whether nothing is to be pulled for now
   * @param repair puts the consumers back in place when the server may not know one
   */
  PullLoop(
      Broker broker,
      List<ConsumerSpec> lanes,
      Permits permits,
      BooleanSupplier held,
      PullIntake intake,
      ConsumerRepair repair) {
    this.broker = broker;
    this.lanes = List.copyOf(lanes);
    this.permits = permits;
    this.held = held;
    this.intake = intake;
    this.repair = repair;
  }

  void start() {
    var inboxes =
        new PullInboxes(
            broker.connection(), PullRequest.EXPIRES.plus(PullTimes.SILENCE), this::arrived);
    OpenPulls started = OpenPulls.none(lanes, inboxes, permits);
    answers = started;
    broker.onDisconnected(() -> locked(started::pullAnew));
    broker.onResubscribed(() -> locked(started::pullAnew));
    broker.onAnswering(() -> locked(started::heardAnew));
    Thread.ofVirtual().name("pull-" + name()).start(() -> run(started));
  }

  /** Pulling may be wanted again after it was held. */
  void resumed() {
    OpenPulls current = answers;
    if (current != null) {
      locked(current::resumed);
    }
  }

  /** Frees the permit of a message that is settled. */
  void release() {
    OpenPulls current = answers;
    if (current == null) {
      return;
    }
    boolean wasFull = permits.released();
    if (lanes.size() > 1) {
      locked(() -> current.state().released(wasFull, System.nanoTime()), current);
      return;
    }
    if (wasFull) {
      current.state().released(true, System.nanoTime());
    }
    pullAtOnce(current, intake.isBehind());
  }

  /** Work on all messages in hand has begun. */
  void caughtUp() {
    OpenPulls current = answers;
    if (current != null && lanes.size() == 1) {
      pullAtOnce(current, false);
    }
  }

  /** Whoever frees the permit that makes it worth a pull sends it. */
  private void pullAtOnce(OpenPulls to, boolean behind) {
    if (to.state().worthAPullAtOnce(behind)) {
      locked(() -> {}, to);
    }
  }

  /** Makes a change, and the pull that makes sense after it. */
  private void locked(Runnable change, OpenPulls to) {
    PullRequest request;
    lock.lock();
    try {
      change.run();
      request = wanted(to);
    } finally {
      lock.unlock();
    }
    send(to, request);
  }

  /**
   * Time since the server last answered a pull; zero while none is wanted, because the loop is held
   * or has its hands full.
   */
  Duration silence() {
    OpenPulls current = answers;
    if (current == null || held.getAsBoolean()) {
      return Duration.ZERO;
    }
    lock.lock();
    try {
      return !stopping && current.state().isAsking()
          ? Duration.ofNanos(System.nanoTime() - current.state().lastRoundTrip())
          : Duration.ZERO;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the pulls; what the server has sent already is taken in, unless there is no time. */
  void stop(Duration timeout) throws InterruptedException {
    locked(
        () -> {
          stopping = true;
          handsBack = timeout.toMillis() < 1;
        });
    OpenPulls current = answers;
    // Without a connection nothing can come, and a drain would wait for one, for ever at zero.
    if (current == null || !broker.connected()) {
      return;
    }
    Duration wait = timeout.compareTo(PullTimes.LONGEST_END) < 0 ? timeout : PullTimes.LONGEST_END;
    if (wait.toMillis() >= 1) {
      long deadline = System.nanoTime() + wait.toNanos();
      if (permits.requested() > 0) {
        awaitEnd(PullTimes.lull(wait, repair::answerTime), deadline);
      }
      current.inboxes().drain(wait);
    }
  }

  /**
   * What a server is sending when an inbox is given up is lost until the ack-wait is over. So open
   * pulls are waited for while they bring something.
   */
  private void awaitEnd(Duration lull, long deadline) throws InterruptedException {
    lock.lock();
    try {
      lastArrival = System.nanoTime();
      long now = lastArrival;
      while (permits.requested() > 0 && now - lastArrival < lull.toNanos() && now - deadline < 0) {
        var _ = changed.await(PullTimes.LULL_LOOK.toMillis(), TimeUnit.MILLISECONDS);
        now = System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run(OpenPulls to) {
    while (true) {
      try {
        PullRequest request = next(to);
        if (request == null) {
          return;
        }
        send(to, request);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        // A loop that died would look like an empty stream.
        failed(e);
      }
    }
  }

  /** Waits until a pull makes sense and reserves its permits; null when stopping. */
  private @Nullable PullRequest next(OpenPulls to) throws InterruptedException {
    Duration look = lanes.size() == 1 ? PullTimes.LOOK : PullTimes.SHARED_LOOK;
    lock.lock();
    try {
      while (!stopping) {
        PullRequest request = wanted(to);
        if (request != null) {
          return request;
        }
        var _ = changed.await(look.toMillis(), TimeUnit.MILLISECONDS);
        if (!broker.answers()) {
          continue; // what was asked for is on its way; more would be answered twice
        }
        if (lanes.size() == 1 && to.state().isQuiet(System.nanoTime(), PullTimes.QUIET)) {
          repair.look(() -> locked(to::giveUpQuiet), () -> locked(to::pullAnew));
        }
        if (to.state().giveUpSilent(System.nanoTime()) > 0) {
          log.atDebug().addKeyValue("consumer", name()).log("no heartbeat, pulling anew");
        }
        to.inboxes().unsubscribeExpired();
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The next pull, its permits reserved; null when none makes sense now. It is sent by the thread
   * that made it worth one: waking another would cost more than the pull.
   */
  private @Nullable PullRequest wanted(OpenPulls to) {
    if (stopping || !to.state().worthAPull() || held.getAsBoolean() || !broker.answers()) {
      return null;
    }
    return to.next();
  }

  /** Sends {@code request}, if there is one; throws nothing. */
  private void send(OpenPulls to, @Nullable PullRequest request) {
    if (request == null) {
      return;
    }
    try {
      if (request.ask().checkConsumer()) {
        repair.begin(() -> locked(to::pullAnew));
      }
      request.send(broker.connection());
    } catch (RuntimeException | Error e) {
      locked(() -> to.state().notSent(request.ask().id(), System.nanoTime()));
      failed(e);
    }
  }

  private void failed(Throwable e) {
    log.atWarn().addKeyValue("consumer", name()).setCause(e).log("pull failed, going on");
  }

  /** Runs on the client's dispatcher thread. */
  private void arrived(long id, Message message) {
    OpenPulls to = Objects.requireNonNull(answers, "nothing is asked for before the start");
    if (message.isStatusMessage()) {
      locked(() -> to.answered(id, message));
      return;
    }
    boolean permitted;
    PullRequest request;
    lock.lock();
    try {
      // At a stop too: it was asked for, so there is room, and handed back it would be redelivered.
      lastArrival = System.nanoTime();
      permitted = !handsBack && to.state().arrived(id, lastArrival);
      request = lanes.size() > 1 || to.state().worthAPullAtOnce(true) ? wanted(to) : null;
    } finally {
      lock.unlock();
    }
    send(to, request);
    if (permitted) {
      intake.take(message);
      if (lanes.size() == 1) {
        pullAtOnce(to, intake.isBehind());
      }
    } else {
      intake.handBack(message);
    }
  }

  private String name() {
    return lanes.getFirst().durable();
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
