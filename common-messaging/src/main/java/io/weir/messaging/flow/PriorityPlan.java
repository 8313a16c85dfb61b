package io.weir.messaging.flow;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * Several lanes in the order of their priority, sharing the permits. A free permit asks the lanes
 * one after another, without waiting, until one has a message; only when all are empty does the
 * server wait, at each lane for its share. So a message of high priority is next whenever one is
 * there, and no permit is tied to a lane that has nothing.
 *
 * <p>Which lane is asked first turns by weight (smooth weighted round robin): each lane has four
 * times the weight of the one below it, so of 21 turns with three full lanes 16, 4 and 1 go to the
 * first, second and third. None is starved. Not thread-safe.
 */
public final class PriorityPlan implements PullPlan {
  private static final int STEP = 4;
  private static final int MOST_LANES = 8;

  private final int[] weight;
  private final int[] credit;
  private final boolean[] empty;
  private final boolean[] waiting;
  private int asked = -1;

  /**
   * @param lanes how many, the most urgent first; 2 to 8
   */
  public PriorityPlan(int lanes) {
    if (lanes < 2 || lanes > MOST_LANES) {
      throw new IllegalArgumentException(
          "priorities want 2 to %d lanes, got %d".formatted(MOST_LANES, lanes));
    }
    weight = new int[lanes];
    credit = new int[lanes];
    empty = new boolean[lanes];
    waiting = new boolean[lanes];
    int next = 1;
    for (int lane = lanes - 1; lane >= 0; lane--) {
      weight[lane] = next;
      next *= STEP;
    }
  }

  @Override
  public int lanes() {
    return weight.length;
  }

  @Override
  public Optional<Turn> next(int free, IntPredicate mayAsk) {
    if (asked >= 0) {
      return Optional.empty();
    }
    int lane = mostDeserving(mayAsk);
    if (lane >= 0) {
      asked = lane;
      return Optional.of(new Turn(lane, share(free, lane), false));
    }
    return waitingTurn(free, mayAsk);
  }

  @Override
  public void ended(int lane, boolean waits, boolean filled) {
    if (waits) {
      waiting[lane] = false;
      lookAgain();
    } else {
      asked = -1;
      empty[lane] = !filled;
    }
  }

  @Override
  public void arrived(int lane) {
    empty[lane] = false;
  }

  @Override
  public void lookAgain() {
    Arrays.fill(empty, false);
  }

  private int mostDeserving(IntPredicate mayAsk) {
    int best = -1;
    int total = 0;
    for (int lane = 0; lane < weight.length; lane++) {
      if (!empty[lane] && !waiting[lane] && mayAsk.test(lane)) {
        total += weight[lane];
        credit[lane] += weight[lane];
        if (best < 0 || credit[lane] > credit[best]) {
          best = lane;
        }
      }
    }
    if (best >= 0) {
      credit[best] -= total;
    }
    return best;
  }

  /** The lane's part of what is free, by weight among those that may have messages. */
  private int share(int free, int lane) {
    int total = 0;
    for (int other = 0; other < weight.length; other++) {
      total += empty[other] ? 0 : weight[other];
    }
    return Math.max(1, free * weight[lane] / Math.max(1, total));
  }

  private Optional<Turn> waitingTurn(int free, IntPredicate mayAsk) {
    int left = 0;
    int first = -1;
    for (int lane = 0; lane < weight.length; lane++) {
      if (!waiting[lane] && mayAsk.test(lane)) {
        left++;
        first = first < 0 ? lane : first;
      }
    }
    if (first < 0) {
      return Optional.empty();
    }
    waiting[first] = true;
    return Optional.of(new Turn(first, Math.max(1, free / left), true));
  }
}
