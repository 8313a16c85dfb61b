package io.weir.gateway.usage;

import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Room;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/**
 * Room that was reserved for several requests of one user, or of one key with a budget, used up bit
 * by bit. Micro-dollars count where some were reserved. Thread-safe.
 */
final class Allowance {
  /** What it has used is in the counters soon after its user has stopped asking. */
  private static final Duration IDLE = Duration.ofSeconds(15);

  private static final Duration FIRST_LOOK = Duration.ofMillis(500);
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  final Charge charge;
  private final Instant until;
  private final Clock clock;
  private long tokens;
  private long micros;
  private long requests;
  private long calls;
  private Debt covered = Debt.NONE;
  private final Map<Allowance, Debt> covers;
  private volatile boolean settled;
  private int running;
  private Instant lastUse;
  private Duration lookAfter = FIRST_LOOK;
  private Instant lookAt = Instant.EPOCH;

  /** What answers used beyond what was reserved for them. */
  record Debt(long tokens, long micros) {
    static final Debt NONE = new Debt(0, 0);

    Debt plus(Debt other) {
      return new Debt(tokens + other.tokens, micros + other.micros);
    }

    static Debt sum(Collection<Debt> some) {
      return some.stream().reduce(NONE, Debt::plus);
    }

    boolean isNone() {
      return tokens == 0 && micros == 0;
    }
  }

  /**
   * @param covers of the charge's room, what is there for others that were outgrown
   */
  Allowance(Charge charge, Map<Allowance, Debt> covers, Instant until, Clock clock) {
    this.covers = Map.copyOf(covers);
    Debt debt = Debt.sum(covers.values());
    this.charge = charge;
    this.until = until;
    this.lastUse = clock.instant();
    this.clock = clock;
    this.tokens = charge.tokens() - debt.tokens();
    this.micros = charge.micros() - debt.micros();
    this.requests = charge.requests();
  }

  /** Takes room for a request, if there is enough; then {@link #hold} must follow. */
  synchronized boolean take(Room wanted) {
    if (old() || tokens < wanted.tokens() || micros < wanted.micros() || requests < 1) {
      return false;
    }
    tokens -= wanted.tokens();
    micros -= wanted.micros();
    requests--;
    running++;
    lastUse = clock.instant();
    return true;
  }

  /** What was taken. Calls are counted by threads of their own when nobody waits for them. */
  Hold hold(Room taken) {
    return new Hold() {
      private long tokensUsed;
      private long microsUsed;
      private boolean closed;

      @Override
      public String charge() {
        return charge.id();
      }

      @Override
      public void calls() {
        called(1);
      }

      @Override
      public void goesOn() {
        called(-1);
      }

      @Override
      public synchronized void used(long moreTokens, long moreMicros) {
        long counted = charge.micros() > 0 ? moreMicros : 0;
        if (closed) {
          usedLater(moreTokens, counted); // counted after its request was over
        } else {
          tokensUsed += moreTokens;
          microsUsed += counted;
        }
      }

      @Override
      public synchronized void close() {
        if (!closed) {
          closed = true;
          giveBack(taken.tokens() - tokensUsed, taken.micros() - microsUsed);
        }
      }
    };
  }

  private synchronized void usedLater(long moreTokens, long moreMicros) {
    tokens -= moreTokens;
    micros -= moreMicros;
  }

  private synchronized void called(int more) {
    calls += more;
  }

  /** May be less than nothing: an answer outgrew what it was given. */
  private synchronized void giveBack(long tokensLeft, long microsLeft) {
    tokens += tokensLeft;
    micros += microsLeft;
    running--;
    lastUse = clock.instant();
  }

  /** By how much its answers have outgrown it, as far as no other one covers that. */
  synchronized Debt debt() {
    return new Debt(
        Math.max(0, -tokens - covered.tokens()), Math.max(0, -micros - covered.micros()));
  }

  /** A later one covers that much of its debt, until the ledger's rows are counted. */
  synchronized void covered(Debt debt) {
    covered = covered.plus(debt);
  }

  /** Whether it covers others that are not settled: what they used is in no counter but by it. */
  boolean covers() {
    return covers.keySet().stream().anyMatch(one -> !one.settled);
  }

  /** What its calls came to is in the counters. */
  void settled() {
    settled = true;
  }

  synchronized boolean idle() {
    return running == 0 && clock.instant().isAfter(lastUse.plus(IDLE));
  }

  boolean old() {
    return !clock.instant().isBefore(until);
  }

  synchronized boolean low() {
    return tokens < charge.tokens() / 3
        || micros < charge.micros() / 3
        || requests < Math.ceilDiv(charge.requests(), 3);
  }

  /** Calls whose rows the ledger must have before it is settled. */
  synchronized long calls() {
    return calls;
  }

  /** Whether to look now if the ledger has all of its rows. */
  synchronized boolean mayBeWhole() {
    return running == 0 && !clock.instant().isBefore(lookAt);
  }

  /** The ledger has not: looks are further apart each time, for each may read many rows. */
  synchronized void notWhole() {
    lookAt = clock.instant().plus(lookAfter);
    lookAfter = lookAfter.multipliedBy(2);
    if (lookAfter.compareTo(LONGEST_LOOK) > 0) {
      lookAfter = LONGEST_LOOK;
    }
  }

  synchronized int running() {
    return running;
  }
}
