package io.weir.messaging.flow;

import io.weir.messaging.flow.PullPlan.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which pulls are open, what they still miss, and what is asked for next: the whole of a pull loop
 * but its threads, its clock and its connection, so that every order of answers, losses and
 * restarts can be played through. Holds <em>requested and not received + in hand ≤ limit</em>
 * always, and never leaves a free permit unasked for good.
 *
 * <p>Times are readings of a monotonic clock in nanoseconds. Not thread-safe: guarded by its loop.
 */
public final class PullState {
  /**
   * A pull to be sent. Its permits are reserved.
   *
   * @param lane the durable consumer to ask
   * @param waits whether the server holds it open until messages come
   * @param checkConsumer whether the consumer may be gone and should be put back in place first
   */
  public record Ask(long id, int lane, int count, boolean waits, boolean checkConsumer) {}

  /** What the server said about a pull other than by sending a message. */
  public enum Answer {
    /** It is still open. */
    HEARTBEAT,
    /** It is over: nothing (more) was there, its time is up, or all of it was sent. */
    NOTHING_MORE,
    /** It is over for a reason that is no fault: leadership changed, the server shuts down. */
    OVER,
    /** It is over, and the consumer does not exist any more. */
    CONSUMER_GONE,
    /** It is over because the next message is larger than what it may still bring. */
    TOO_LARGE,
    /** It was refused; asking again at once would be refused again. */
    REFUSED
  }

  /** What becomes of a pull's reply inbox. Must not call back. */
  public interface Ends {
    /** Nothing more comes for the pull. */
    void ended(long id);

    /** The pull was given up; late messages may still come for it. */
    void givenUp(long id);
  }

  private static final Duration NO_WAIT_SILENCE = Duration.ofMillis(500);

  private static final class Pull {
    final Turn turn;
    long lastHeard;
    boolean brought;

    Pull(Turn turn, long now) {
      this.turn = turn;
      this.lastHeard = now;
    }
  }

  private final Permits permits;
  private final PullPlan plan;
  private final Ends ends;
  private final Duration silence;
  private final PullWorth worth;
  private final List<PullPace> pace = new ArrayList<>();
  private final Map<Long, Pull> open = new HashMap<>();
  private long nextId = 1;
  private final AtomicLong lastRoundTrip;

  /**
   * @param silence a pull that the server has not spoken of for so long is given up
   */
  public PullState(Permits permits, PullPlan plan, Ends ends, Duration silence, long now) {
    this.permits = permits;
    this.plan = plan;
    this.ends = ends;
    this.silence = silence;
    this.worth = new PullWorth(permits, plan.lanes());
    for (int lane = 0; lane < plan.lanes(); lane++) {
      pace.add(new PullPace(now));
    }
    this.lastRoundTrip = new AtomicLong(now);
  }

  /** The next pull to send, if one makes sense now. */
  public Optional<Ask> next(long now) {
    if (!worthAPull()) {
      return Optional.empty();
    }
    return plan.next(permits.free(), lane -> pace.get(lane).mayPull(now))
        .map(
            turn -> {
              long id = nextId++;
              int count = permits.open(id, turn.count());
              open.put(id, new Pull(turn, now));
              return new Ask(
                  id, turn.lane(), count, turn.waits(), pace.get(turn.lane()).suspectsConsumer());
            });
  }

  /** A pull could not be sent. */
  public void notSent(long id, long now) {
    Pull pull = open.get(id);
    if (pull != null) {
      pace.get(pull.turn.lane()).refused(now);
      giveUp(id);
    }
  }

  /**
   * A message came for a pull.
   *
   * @return whether it has a permit; if not it must be handed back
   */
  public boolean arrived(long id, long now) {
    lastRoundTrip.setRelease(now);
    boolean permitted = permits.arrived(id);
    Pull pull = open.get(id);
    if (pull != null) {
      pull.lastHeard = now;
      pull.brought = true;
      pace.get(pull.turn.lane()).good(now);
      plan.arrived(pull.turn.lane());
      if (!permits.isOpen(id)) {
        end(id, pull, true);
      }
    }
    return permitted;
  }

  /**
   * The server said something about a pull; news of one that is over changes nothing.
   *
   * @param unsent how much won't come when it is over. The rest is on its way: from 2.11 on a
   *     server replicates a delivery before it sends the message, but tells the end of its pull at
   *     once
   */
  public void answered(long id, Answer answer, int unsent, long now) {
    Pull pull = open.get(id);
    if (pull == null) {
      return;
    }
    PullPace lanePace = pace.get(pull.turn.lane());
    switch (answer) {
      case HEARTBEAT -> {
        pull.lastHeard = now;
        lastRoundTrip.setRelease(now);
        return;
      }
      case NOTHING_MORE -> {
        lastRoundTrip.setRelease(now);
        lanePace.good(now);
      }
      case OVER -> {}
      case TOO_LARGE -> {
        // Asking again at once helps only when it brought something.
        if (!pull.brought) {
          lanePace.refused(now);
        }
      }
      case CONSUMER_GONE -> lanePace.consumerGone(now);
      case REFUSED -> lanePace.refused(now);
    }
    pull.lastHeard = now;
    if (!permits.unsent(id, unsent)) {
      end(id, pull, false);
    }
  }

  /** The connection was lost or is new: nothing that was asked for before will be answered. */
  public void pullAnew(long now) {
    List.copyOf(open.keySet()).forEach(this::giveUp);
    pace.forEach(lane -> lane.good(now));
    plan.lookAgain();
    lastRoundTrip.setRelease(now);
  }

  /**
   * The server was silent and speaks again: what was asked for before may be answered yet, so none
   * of it is given up for the time that nobody could speak.
   */
  public void heardAnew(long now) {
    open.values().forEach(pull -> pull.lastHeard = now);
    pace.forEach(lane -> lane.good(now));
    plan.lookAgain();
  }

  /**
   * Gives up the pulls that the server has not spoken of for too long.
   *
   * @return how many
   */
  public int giveUpSilent(long now) {
    List<Long> silent =
        open.entrySet().stream()
            .filter(entry -> now - entry.getValue().lastHeard > silenceOf(entry.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    for (long id : silent) {
      Pull pull = open.get(id);
      if (pull != null && pull.turn.waits()) {
        // Nobody answers for a consumer that was deleted while no pull of ours was open.
        pace.get(pull.turn.lane()).silent();
      } else if (pull != null) {
        // Its lane is stalled, or another instance took what it was to get: the others go on.
        pace.get(pull.turn.lane()).refused(now);
      }
      giveUp(id);
    }
    return silent.size();
  }

  /** Whether the server has not spoken for so long of a pull that it holds open. */
  public boolean isQuiet(long now, Duration time) {
    return open.values().stream().anyMatch(pull -> isQuiet(pull, now, time));
  }

  /**
   * Gives up the pulls that are quiet though their consumer is known to be there: they were lost on
   * their way, or with the leader that held them.
   */
  public void giveUpQuiet(long now, Duration time) {
    open.entrySet().stream()
        .filter(entry -> isQuiet(entry.getValue(), now, time))
        .map(Map.Entry::getKey)
        .toList()
        .forEach(this::giveUp);
  }

  /**
   * Room was made: a message is settled, by {@link Permits#released}. Need not be told of each, but
   * whenever that makes a pull worthwhile. While all permits were in use no pull was wanted, so the
   * time without an answer begins anew with the first that is free. With a single lane it may be
   * told from any thread.
   *
   * @param wasFull whether all permits were in hand until then
   */
  public void released(boolean wasFull, long now) {
    plan.lookAgain();
    if (wasFull) {
      lastRoundTrip.setRelease(now);
    }
  }

  /** Pulling was not wanted for a while, and is again. */
  public void resumed(long now) {
    lastRoundTrip.setRelease(now);
    plan.lookAgain();
  }

  /** Whether something is asked for, or could be. */
  public boolean isAsking() {
    return !open.isEmpty() || worthAPull();
  }

  /** Since when the server has not answered a pull. */
  public long lastRoundTrip() {
    return lastRoundTrip.get();
  }

  /** As {@link PullWorth#now()}. */
  public boolean worthAPull() {
    return worth.now();
  }

  /** As {@link PullWorth#atOnce}. */
  public boolean worthAPullAtOnce(boolean behind) {
    return worth.atOnce(behind);
  }

  private static boolean isQuiet(Pull pull, long now, Duration time) {
    return pull.turn.waits() && now - pull.lastHeard > time.toNanos();
  }

  /** A pull that does not wait is answered within a round trip, or not at all. */
  private long silenceOf(Pull pull) {
    return pull.turn.waits() ? silence.toNanos() : NO_WAIT_SILENCE.toNanos();
  }

  private void end(long id, Pull pull, boolean filled) {
    permits.ended(id);
    open.remove(id);
    plan.ended(pull.turn.lane(), pull.turn.waits(), filled);
    ends.ended(id);
  }

  private void giveUp(long id) {
    Pull pull = open.remove(id);
    if (pull != null) {
      permits.ended(id);
      plan.ended(pull.turn.lane(), pull.turn.waits(), false);
      ends.givenUp(id);
    }
  }
}
