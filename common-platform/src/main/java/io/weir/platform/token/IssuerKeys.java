package io.weir.platform.token;

import com.nimbusds.jose.JWSHeader;
import java.io.IOException;
import java.security.PublicKey;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The issuer's keys as they were read not long ago. Read by one at a time, in the background: who
 * shows a token of a known key waits for nobody while the keys are fresh, and others for as long as
 * patience lasts, counted from the beginning of the reading. A key that is not among them is a
 * reason to read them again, but only so often, whoever makes up names of keys. Thread-safe.
 */
final class IssuerKeys {
  /** Keys that are not fresh any more, or were never read, are asked for again after so long. */
  static final Duration RETRY = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

  private final KeySource source;
  private final Times times;
  private final Duration ahead;
  private final Clock clock;
  private final Executor background;
  private volatile @Nullable Kept kept;
  private volatile boolean failing;
  private @Nullable Reading last;

  /** What is known of the keys that a token may be signed with. */
  sealed interface Answer {
    /**
     * The issuer has them.
     *
     * @param keys one or more
     */
    record Known(List<PublicKey> keys) implements Answer {}

    /** The issuer has no such key. */
    record Unknown() implements Answer {}

    record Away(String reason) implements Answer {}
  }

  /**
   * @param fresh how long keys count as they were read
   * @param outage how long they do while the issuer is away
   * @param refetch least time between two readings because of a key that is not among them
   * @param patience longest wait for a reading
   */
  record Times(Duration fresh, Duration outage, Duration refetch, Duration patience) {}

  private record Kept(KeySet keys, Instant readAt) {}

  private record Reading(Instant begun, CompletableFuture<KeySet> result) {}

  IssuerKeys(KeySource source, Times times, Clock clock, Executor background) {
    this.source = source;
    this.times = times;
    this.ahead = times.fresh().dividedBy(5).multipliedBy(4);
    this.clock = clock;
    this.background = background;
  }

  /** Reads the keys before anybody needs them. Does not wait. */
  void begin() {
    var _ = reading(RETRY, clock.instant());
  }

  Answer find(JWSHeader header) throws InterruptedException {
    Instant now = clock.instant();
    Kept before = kept;
    boolean fresh = before != null && isWithin(times.fresh(), before.readAt(), now);
    if (before != null && fresh) {
      List<PublicKey> found = before.keys().matching(header);
      if (!found.isEmpty()) {
        if (!isWithin(ahead, before.readAt(), now)) {
          var _ = reading(RETRY, now); // before they are stale, so that nobody has to wait
        }
        return new Answer.Known(found);
      }
    }
    Reading reading = reading(fresh ? times.refetch() : RETRY, now);
    try {
      List<PublicKey> found =
          reading.result().get(left(reading, now).toNanos(), TimeUnit.NANOSECONDS).matching(header);
      return found.isEmpty() ? new Answer.Unknown() : new Answer.Known(found);
    } catch (TimeoutException e) {
      return kept(header, "the issuer's keys are being read");
    } catch (ExecutionException e) {
      return kept(header, "the issuer's keys can't be read");
    }
  }

  private Answer kept(JWSHeader header, String reason) {
    Kept last = kept;
    List<PublicKey> found =
        last != null && isWithin(times.outage(), last.readAt(), clock.instant())
            ? last.keys().matching(header)
            : List.of();
    return found.isEmpty() ? new Answer.Away(reason) : new Answer.Known(found);
  }

  /** What is left of the patience with a reading, whoever has waited for it before. */
  private Duration left(Reading reading, Instant now) {
    Duration left = times.patience().minus(Duration.between(reading.begun(), now));
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(times.patience()) > 0 ? times.patience() : left;
  }

  /** The last reading when it is under way or began less than {@code gap} ago, else a new one. */
  private synchronized Reading reading(Duration gap, Instant now) {
    Reading current = last;
    if (current != null && (!current.result().isDone() || isWithin(gap, current.begun(), now))) {
      return current;
    }
    var next = new Reading(now, new CompletableFuture<>());
    last = next;
    background.execute(() -> read(next));
    return next;
  }

  private void read(Reading reading) {
    try {
      KeySet found = KeySet.parse(source.read());
      Kept before = kept;
      kept = new Kept(found, reading.begun());
      if (failing || before == null || !before.keys().ids().equals(found.ids())) {
        log.atInfo().addKeyValue("keys", found.ids()).log("keys of the token issuer read");
      }
      failing = false;
      reading.result().complete(found);
    } catch (IOException | ParseException | InterruptedException | RuntimeException e) {
      log.atLevel(failing ? Level.DEBUG : Level.WARN)
          .addKeyValue("reason", e.getMessage())
          .log("keys of the token issuer can't be read");
      failing = true;
      reading.result().completeExceptionally(e);
    } finally {
      // Whatever else has happened, nobody may take this reading for one that is under way.
      reading.result().completeExceptionally(new IllegalStateException("the reading broke off"));
    }
  }

  // A clock that was set back makes nothing younger.
  private static boolean isWithin(Duration length, Instant begun, Instant now) {
    return !now.isBefore(begun) && now.isBefore(begun.plus(length));
  }
}
