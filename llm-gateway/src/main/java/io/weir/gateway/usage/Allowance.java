package io.weir.gateway.usage;

import io.weir.platform.usage.Charge;
import java.time.Clock;
import java.time.Instant;

/** Room that was reserved for several requests of one user, used up bit by bit. Thread-safe. */
final class Allowance {
  final Charge charge;
  private final Instant until;
  private final Clock clock;
  private long tokens;
  private long requests;
  private long calls;
  private long covered;
  private int running;

  /**
   * @param debt of the charge's tokens, what is there for others that were outgrown
   */
  Allowance(Charge charge, long debt, Instant until, Clock clock) {
    this.charge = charge;
    this.until = until;
    this.clock = clock;
    this.tokens = charge.tokens() - debt;
    this.requests = charge.requests();
  }

  /** Takes room for a request, if there is enough; then {@link #hold} must follow. */
  synchronized boolean take(long wanted) {
    if (old() || tokens < wanted || requests < 1) {
      return false;
    }
    tokens -= wanted;
    requests--;
    running++;
    return true;
  }

  /** What was taken. */
  Hold hold(long taken) {
    return new Hold() {
      private long used;
      private boolean closed;

      @Override
      public String charge() {
        return charge.id();
      }

      @Override
      public void calls() {
        called();
      }

      @Override
      public void used(long more) {
        if (closed) {
          usedLater(more); // counted after its request was over
        } else {
          used += more;
        }
      }

      @Override
      public void close() {
        if (!closed) {
          closed = true;
          giveBack(taken - used);
        }
      }
    };
  }

  private synchronized void usedLater(long more) {
    tokens -= more;
  }

  private synchronized void called() {
    calls++;
  }

  /** May be less than nothing: an answer outgrew what it was given. */
  private synchronized void giveBack(long left) {
    tokens += left;
    running--;
  }

  /** By how much its answers have outgrown it, as far as no other one covers that. */
  synchronized long debt() {
    return Math.max(0, -tokens - covered);
  }

  /** A later one covers that much of its debt, until the ledger's rows are counted. */
  synchronized void covered(long debt) {
    covered += debt;
  }

  boolean old() {
    return !clock.instant().isBefore(until);
  }

  synchronized boolean low() {
    return tokens < charge.tokens() / 3 || requests < Math.ceilDiv(charge.requests(), 3);
  }

  /** Calls whose rows the ledger must have before it is settled. */
  synchronized long calls() {
    return calls;
  }

  synchronized int running() {
    return running;
  }
}
