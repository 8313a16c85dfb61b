package io.weir.testsupport;

import io.weir.testsupport.Reaction.Moment;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Waits for one frame. Springs once; safe for use by several threads. */
final class Trap<F> {

  private final Predicate<F> which;
  private final Reaction<F> reaction;
  private final CompletableFuture<F> done;
  private int left;
  private boolean acted;
  private @Nullable Throwable failure;

  Trap(int nth, Predicate<F> which, Reaction<F> reaction, CompletableFuture<F> done) {
    if (nth < 1) {
      throw new IllegalArgumentException("the first matching frame is number 1, not " + nth);
    }
    this.left = nth;
    this.which = which;
    this.reaction = reaction;
    this.done = done;
  }

  /** Counts the frame if it matches; whether it is the one. */
  synchronized boolean springsAt(F frame) {
    if (left == 0 || done.isDone()) {
      return false;
    }
    try {
      return which.test(frame) && --left == 0;
    } catch (RuntimeException | AssertionError e) {
      done.completeExceptionally(e); // tells the test; the frame has nothing to do with it
      return false;
    }
  }

  boolean isOver() {
    return done.isDone();
  }

  boolean swallows() {
    return reaction.moment() == Moment.INSTEAD;
  }

  boolean hangsUp() {
    return reaction.hangsUp();
  }

  void beforePassing(F frame) {
    if (reaction.moment() != Moment.AFTER) {
      act(frame);
    }
  }

  void afterPassing(F frame) {
    if (reaction.moment() == Moment.AFTER) {
      act(frame);
    }
  }

  /** Tells the test that all is done, or that the connection ended before the action's turn. */
  void complete(F frame) {
    if (!acted) {
      done.completeExceptionally(new IOException("the receiver was gone before it got " + frame));
    } else if (failure != null) {
      done.completeExceptionally(failure);
    } else {
      done.complete(frame);
    }
  }

  private void act(F frame) {
    acted = true;
    try {
      reaction.action().run(frame);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = e;
    } catch (Exception | AssertionError e) {
      failure = e;
    }
  }
}
