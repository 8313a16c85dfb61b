package io.weir.kills.lane;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The order to kill a service at a point. Once the point has been reached it can't be taken back:
 * the service dies, at once or a moment later, and what it leaves must be looked at, even if the
 * work looks done. Safe for use by several threads.
 */
public final class Kill {
  private static final int REACHED = 0;
  private static final int TAKEN_BACK = -1;

  /** How many frames are still to come, or one of the above. */
  private final AtomicInteger left;

  private final Future<?> dead;

  private <F> Kill(int nth, Predicate<F> which, Function<Predicate<F>, CompletableFuture<F>> trap) {
    left = new AtomicInteger(nth);
    dead = trap.apply(frame -> which.test(frame) && isLast());
  }

  /**
   * Kills at the n-th frame that matches, counted from 1.
   *
   * @param trap kills at the first frame that matches what it is given; done when the service is
   *     dead
   */
  static <F> Kill at(
      int nth, Predicate<F> which, Function<Predicate<F>, CompletableFuture<F>> trap) {
    return new Kill(nth, which, trap);
  }

  private boolean isLast() {
    return left.getAndUpdate(frames -> frames > REACHED ? frames - 1 : frames) == 1;
  }

  /** Whether the service is dead, after waiting for that no longer than {@code time}. */
  public boolean isDone(Duration time) throws InterruptedException, ExecutionException {
    try {
      var _ = dead.get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** Nobody is killed, and true; false when the point has been reached. */
  public boolean takeBack() {
    boolean inTime =
        left.getAndUpdate(frames -> frames == REACHED ? REACHED : TAKEN_BACK) != REACHED;
    if (inTime) {
      dead.cancel(false);
    }
    return inTime;
  }
}
