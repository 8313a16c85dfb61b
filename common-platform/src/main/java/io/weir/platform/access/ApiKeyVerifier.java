package io.weir.platform.access;

import io.weir.messaging.DependencyUnavailableException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows API keys. A key counts as it was read less than the cache time ago, so that is how long one
 * that was revoked may still be admitted; its expiry counts at once. While the store is away keys
 * count as they were last read, up to the outage time; a key that nobody can tell about then is
 * {@link Admission.Unavailable}, never refused. Thread-safe.
 */
public final class ApiKeyVerifier implements Verifier {
  /** The hash of no secret: what a key that does not exist is compared with. */
  static final String NOBODY = "0".repeat(64);

  private static final Logger log = LoggerFactory.getLogger(ApiKeyVerifier.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final Admission REFUSED = new Admission.Refused();
  private static final String KEY = "key";

  private final KeyRecords records;
  private final KeyCache cache;
  private final BiPredicate<KeyText, String> comparison;
  private final Clock clock;
  private final Executor background;

  /** Does no I/O. */
  public ApiKeyVerifier(
      KeyRecords records, UserRates rates, AccessSettings.KeyTimes times, Clock clock) {
    this(
        records,
        rates,
        new KeyCache.Times(times.fresh(), times.outage(), PATIENCE),
        KeyText::matches,
        clock,
        task -> Thread.ofVirtual().name("api-keys").start(task));
  }

  ApiKeyVerifier(
      KeyRecords records,
      UserRates rates,
      KeyCache.Times times,
      BiPredicate<KeyText, String> comparison,
      Clock clock,
      Executor background) {
    this.records = records;
    this.cache = new KeyCache(records, rates, times, clock, background);
    this.comparison = comparison;
    this.clock = clock;
    this.background = background;
  }

  @Override
  public Optional<Admission> verify(String credential) throws InterruptedException {
    if (!credential.startsWith(KeyText.PREFIX)) {
      return Optional.empty();
    }
    Optional<KeyText> presented = KeyText.parse(credential);
    return Optional.of(presented.isPresent() ? verify(presented.get()) : REFUSED);
  }

  private Admission verify(KeyText presented) throws InterruptedException {
    KeyCache.Answer answer = cache.find(presented.id());
    // Compared in any case: an unknown id takes no other way than a forged secret.
    boolean same =
        comparison.test(
            presented,
            answer instanceof KeyCache.Answer.Known(var key) ? key.stored().hash() : NOBODY);
    return switch (answer) {
      case KeyCache.Answer.Known(var key) -> same ? admission(key) : refused(presented);
      case KeyCache.Answer.Unknown() -> refused(presented);
      case KeyCache.Answer.Away(var reason) -> new Admission.Unavailable(reason, RETRY_AFTER);
    };
  }

  private Admission admission(CachedKey cached) {
    ApiKey key = cached.stored().key();
    Instant now = clock.instant();
    boolean due = cached.isDue(now);
    return switch (key.state(now)) {
      case ACTIVE -> {
        if (due) {
          background.execute(() -> noteUse(key.id(), now));
        }
        yield new Admission.Admitted(
            new Principal(
                key.userId(),
                Principal.Via.KEY,
                Optional.of(key.id()),
                key.scopes(),
                cached.perMinute(),
                key.budget()));
      }
      case EXPIRED, REVOKED -> {
        if (due) { // its holder should hear of it, and once a minute is enough
          log.atInfo()
              .addKeyValue(KEY, key.id())
              .addKeyValue("state", key.state(now))
              .log("API key refused");
        }
        yield REFUSED;
      }
    };
  }

  private static Admission refused(KeyText presented) {
    log.atDebug().addKeyValue(KEY, presented.id()).log("API key is unknown or forged");
    return REFUSED;
  }

  private void noteUse(String id, Instant at) {
    try {
      records.used(id, at);
    } catch (DependencyUnavailableException e) {
      log.atDebug().addKeyValue(KEY, id).log("use of an API key not noted");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atWarn().setCause(e).addKeyValue(KEY, id).log("use of an API key not noted");
    }
  }
}
