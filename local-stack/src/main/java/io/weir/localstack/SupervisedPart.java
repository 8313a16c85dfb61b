package io.weir.localstack;

import io.weir.localstack.PartState.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A child process of a stack that is started again, with growing delays, when it dies while the
 * stack runs.
 */
final class SupervisedPart {

  private static final Duration FIRST_DELAY = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

  /** After so long a life a death counts as the first one again. */
  private static final Duration SETTLED = Duration.ofMinutes(1);

  /** Starts the process again and returns when it is ready. */
  interface Restart {
    void run() throws InterruptedException;
  }

  private final String name;
  private final String url;
  private final Supplier<ManagedProcess> process;
  private final BooleanSupplier ready;
  private final Restart restart;
  private final Consumer<PartState> listener;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile PartState state;
  private volatile @Nullable Thread supervisor;

  SupervisedPart(
      String name,
      String url,
      Supplier<ManagedProcess> process,
      BooleanSupplier ready,
      Restart restart,
      Consumer<PartState> listener) {
    this.name = name;
    this.url = url;
    this.process = process;
    this.ready = ready;
    this.restart = restart;
    this.listener = listener;
    this.state = snapshot(Status.STARTING, "");
    listener.accept(state);
  }

  String name() {
    return name;
  }

  ManagedProcess process() {
    return process.get();
  }

  /** Whether it is ready now; the first time it is, that is reported. */
  boolean becameReady() {
    if (state.status() == Status.STARTING && ready.getAsBoolean()) {
      report(Status.READY, "");
    }
    return state.status() == Status.READY;
  }

  /** The state now; a running one is asked whether it is ready. */
  PartState state() {
    PartState last = state;
    if (last.status() == Status.READY || last.status() == Status.NOT_READY) {
      boolean isReady = process().isAlive() && ready.getAsBoolean();
      return snapshot(isReady ? Status.READY : Status.NOT_READY, last.detail());
    }
    return last;
  }

  void supervise() {
    supervisor = Thread.ofVirtual().name("supervise-" + name).start(this::restartUntilClosed);
  }

  /**
   * Ends the supervision, so that the process may be stopped; a start that is under way is broken
   * off.
   */
  void release() throws InterruptedException {
    closing.countDown();
    Thread thread = supervisor;
    if (thread != null) {
      thread.interrupt();
      thread.join();
    }
  }

  /** Asks the process to finish. */
  void terminate() {
    if (process().isAlive()) {
      report(Status.STOPPING, "");
      process().terminate();
    }
  }

  /** Waits so long for the end that {@link #terminate} asked for, then kills. */
  void finish(Duration grace) throws InterruptedException {
    boolean inTime = process().stop(grace);
    report(
        Status.STOPPED,
        inTime ? "" : "killed: it did not finish within " + grace.toSeconds() + " s");
  }

  private void restartUntilClosed() {
    Duration delay = FIRST_DELAY;
    try {
      while (closing.getCount() > 0) {
        ManagedProcess running = process();
        long since = System.nanoTime();
        ManagedProcess ended = running.onExit().get();
        if (closing.getCount() == 0) {
          return;
        }
        delay = System.nanoTime() - since > SETTLED.toNanos() ? FIRST_DELAY : delay;
        int code = ended.exitCode().orElse(-1);
        report(
            Status.RESTARTING,
            "ended with exit code %d; again in %d s".formatted(code, delay.toSeconds()));
        if (closing.await(delay.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
        delay =
            delay.multipliedBy(2).compareTo(LONGEST_DELAY) < 0
                ? delay.multipliedBy(2)
                : LONGEST_DELAY;
        startAgain();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the stack is closing
    } catch (java.util.concurrent.ExecutionException e) {
      report(Status.STOPPED, "not watched any more: " + e.getCause());
    }
  }

  private void startAgain() throws InterruptedException {
    try {
      restart.run();
      report(Status.READY, "started again");
    } catch (StackException e) {
      String why = e.getMessage().lines().findFirst().orElse("");
      report(process().isAlive() ? Status.NOT_READY : Status.RESTARTING, why);
    }
  }

  private void report(Status status, String detail) {
    state = snapshot(status, detail);
    listener.accept(state);
  }

  private PartState snapshot(Status status, String detail) {
    ManagedProcess current = process.get();
    Optional<Path> log = Optional.of(current.logFile());
    return new PartState(name, url, status, current.isAlive() ? current.pid() : 0, log, detail);
  }
}
