package io.weir.cli.deadletter;

import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.BulkWatcher;
import io.weir.messaging.deadletter.LetterOutcome;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shows how a long run goes and lets Ctrl-C stop it between two letters: a line that is rewritten
 * on a terminal, else one every five seconds. Letters that stay are named as they come.
 */
final class BulkProgress implements BulkWatcher {
  private static final long QUIET_EVERY = Duration.ofSeconds(5).toNanos();
  private static final long TERMINAL_EVERY = Duration.ofMillis(200).toNanos();
  private static final int MOST_KEPT = 1_000;

  private final PrintWriter err;
  private final boolean terminal;
  private final long begun = System.nanoTime();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<LetterOutcome> stayed = new ArrayList<>();
  private volatile boolean stop;
  private long acted;
  private long lastShown = System.nanoTime();

  BulkProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** From here on Ctrl-C and SIGTERM end the run in order, and the process after it. */
  void stopOnSignals() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop = true;
                  try {
                    var _ = ended.await(30, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "stop-run"));
  }

  /** The run has ended and all has been said. */
  void ended() {
    ended.countDown();
  }

  /** Letters that were not done, the first thousand. */
  List<LetterOutcome> stayed() {
    return stayed;
  }

  @Override
  public boolean wantsStop() {
    return stop;
  }

  @Override
  public void dealtWith(LetterOutcome outcome, BulkState state) {
    acted++;
    if (!(outcome instanceof LetterOutcome.Done) && stayed.size() < MOST_KEPT) {
      stayed.add(outcome);
    }
    long now = System.nanoTime();
    if (now - lastShown >= (terminal ? TERMINAL_EVERY : QUIET_EVERY)) {
      lastShown = now;
      show(state);
    }
  }

  private void show(BulkState state) {
    double seconds = (System.nanoTime() - begun) / 1e9;
    String line =
        String.format(
            Locale.ROOT,
            "%d of %d, %d failed, %d uncertain, %.0f/s, %.0f s",
            state.dealtWith(),
            state.total(),
            state.failed(),
            state.uncertain(),
            acted / Math.max(0.001, seconds),
            seconds);
    err.print(terminal ? "\r\033[2K" + line : line + "\n");
    err.flush();
  }

  /** Leaves the line that is rewritten. */
  void clear() {
    if (terminal) {
      err.print("\r\033[2K");
      err.flush();
    }
  }
}
