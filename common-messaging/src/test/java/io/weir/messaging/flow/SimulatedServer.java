package io.weir.messaging.flow;

import io.weir.messaging.flow.PullState.Answer;
import io.weir.messaging.flow.PullState.Ask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A server, a network and handlers in virtual time, with every mood of theirs drawn from one seed:
 * latencies, heartbeats that get lost, refusals, leaders that step down, restarts that the client
 * notices or does not, messages that come for a pull long given up. It counts by itself what is in
 * the client's hands.
 */
final class SimulatedServer {
  private static final long MILLI = 1_000_000;
  private static final long EXPIRES = 5_000 * MILLI;
  private static final long SHARED_EXPIRES = 1_000 * MILLI;

  private record Event(long at, long order, Runnable what) {}

  private static final class Open {
    final Ask ask;
    int missing;

    Open(Ask ask) {
      this.ask = ask;
      this.missing = ask.count();
    }
  }

  final Permits permits;
  final PullState state;
  private final Random random;
  private final int lanes;
  private final int[] backlog;
  private final int messages;
  private final int limit;
  private final int slowestHandler;
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final Map<Long, Open> open = new HashMap<>();
  final List<Integer> handled = new ArrayList<>();
  final Map<Long, String> inboxes = new HashMap<>();
  boolean faults = true;
  boolean endsOvertake;
  int handedBack;
  long now;
  int inHand;
  int mostInHand;
  private long order;

  SimulatedServer(long seed, int limit, int lanes, int messagesPerLane, int slowestHandler) {
    this.random = new Random(seed);
    this.lanes = lanes;
    this.limit = limit;
    this.slowestHandler = slowestHandler;
    this.permits = new Permits(limit);
    this.state =
        new PullState(
            permits,
            lanes == 1 ? PullPlan.single() : new PriorityPlan(lanes),
            new PullState.Ends() {
              @Override
              public void ended(long id) {
                inboxes.put(id, "ended");
              }

              @Override
              public void givenUp(long id) {
                inboxes.put(id, "given up");
              }
            },
            Duration.ofMillis(2_500),
            now);
    this.messages = lanes * messagesPerLane;
    this.backlog = new int[lanes];
    java.util.Arrays.fill(backlog, messagesPerLane);
  }

  /** Runs until everything is handled or so much virtual time is over. */
  void run(Duration longest) {
    long end = now + longest.toNanos();
    tick();
    if (faults) {
      mishaps();
    }
    while (!events.isEmpty() && handled.size() < messages && now < end) {
      Event event = events.remove();
      now = event.at();
      event.what().run();
      pull();
      check();
    }
  }

  /** Nothing is answered any more, ever. */
  void fallSilent() {
    events.clear();
    open.clear();
    now += Duration.ofMinutes(1).toNanos();
    state.giveUpSilent(now);
  }

  private void check() {
    if (permits.requested() + permits.inHand() > limit
        || permits.inHand() != inHand
        || permits.requested() < 0) {
      throw new AssertionError(
          "requested %d, in hand %d (really %d), limit %d"
              .formatted(permits.requested(), permits.inHand(), inHand, limit));
    }
  }

  /** What the loop's own thread does every second. */
  private void tick() {
    state.giveUpSilent(now);
    pull();
    later(1_000 * MILLI, this::tick);
  }

  private void pull() {
    for (Ask ask = state.next(now).orElse(null); ask != null; ask = state.next(now).orElse(null)) {
      Ask sent = ask;
      if (chance(2)) {
        state.notSent(sent.id(), now);
      } else if (!chance(2)) {
        later(latency(), () -> received(sent));
      }
    }
  }

  private void received(Ask ask) {
    if (chance(3)) {
      Answer refusal =
          switch (random.nextInt(4)) {
            case 0 -> Answer.REFUSED;
            case 1 -> Answer.CONSUMER_GONE;
            case 2 -> Answer.OVER;
            default -> Answer.NOTHING_MORE;
          };
      later(latency(), () -> state.answered(ask.id(), refusal, ask.count(), now));
      return;
    }
    Open pull = new Open(ask);
    open.put(ask.id(), pull);
    serve(pull);
    if (!ask.waits()) {
      over(pull);
      return;
    }
    later(lanes == 1 ? EXPIRES : SHARED_EXPIRES, () -> over(pull));
    heartbeat(pull);
  }

  private void serve(Open pull) {
    while (pull.missing > 0 && backlog[pull.ask.lane()] > 0) {
      backlog[pull.ask.lane()]--;
      pull.missing--;
      later(latency(), () -> arrives(pull.ask));
    }
    if (pull.missing == 0 && open.remove(pull.ask.id()) != null && endsOvertake) {
      ends(pull, latency());
    }
  }

  private void over(Open pull) {
    if (open.remove(pull.ask.id()) != null) {
      ends(pull, endsOvertake ? latency() : slowest());
    }
  }

  private void ends(Open pull, long after) {
    int unsent = pull.missing;
    later(after, () -> state.answered(pull.ask.id(), Answer.NOTHING_MORE, unsent, now));
  }

  private void heartbeat(Open pull) {
    later(
        1_000 * MILLI,
        () -> {
          if (open.containsKey(pull.ask.id())) {
            if (!chance(10)) {
              state.answered(pull.ask.id(), Answer.HEARTBEAT, 0, now);
            }
            heartbeat(pull);
          }
        });
  }

  private void arrives(Ask ask) {
    if (!state.arrived(ask.id(), now)) {
      handedBack++;
      later(100 * MILLI, () -> back(ask.lane()));
      return;
    }
    inHand++;
    mostInHand = Math.max(mostInHand, inHand);
    later(
        (long) (random.nextDouble() * slowestHandler * MILLI),
        () -> {
          inHand--;
          handled.add(ask.lane());
          boolean wasFull = permits.released();
          if (state.worthAPull()) {
            state.released(wasFull, now);
          }
        });
  }

  /** Handed back: it is in the stream again, and a pull that waits gets it. */
  private void back(int lane) {
    backlog[lane]++;
    open.values().stream()
        .filter(pull -> pull.ask.lane() == lane)
        .findFirst()
        .ifPresent(this::serve);
  }

  private void mishaps() {
    later(
        (long) (random.nextDouble() * 3_000 * MILLI),
        () -> {
          if (!faults) {
            return;
          }
          switch (random.nextInt(4)) {
            case 0 -> restart(true);
            case 1 -> restart(false);
            case 2 ->
                List.copyOf(open.values())
                    .forEach(
                        pull -> {
                          open.remove(pull.ask.id());
                          state.answered(pull.ask.id(), Answer.OVER, Integer.MAX_VALUE, now);
                        });
            default -> state.giveUpSilent(now + Duration.ofSeconds(2).toNanos());
          }
          mishaps();
        });
  }

  /** What was on its way may still come. */
  private void restart(boolean noticed) {
    open.clear();
    if (noticed) {
      state.pullAnew(now);
    }
  }

  private boolean chance(int percent) {
    return faults && random.nextInt(100) < percent;
  }

  /** Messages overtake neither each other's pull nor, unless that is wanted, its end, mostly. */
  private long latency() {
    return (long) (random.nextDouble() * (chance(5) ? 4_000 : 20) * MILLI);
  }

  private long slowest() {
    return 20 * MILLI + latency();
  }

  private void later(long delay, Runnable what) {
    events.add(new Event(now + delay, order++, what));
  }
}
