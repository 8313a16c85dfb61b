package io.weir.platform.access;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Users;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rates by the plans that users have, as they were read up to a minute ago. Nobody is kept out
 * because nobody knows their plan: while the store is away the plan that was read last counts for
 * the outage time, and for all others that of the settings. Thread-safe.
 */
public final class PlanRates implements UserRates {
  /** How many users are remembered. */
  static final int MOST_USERS = 10_000;

  /** So long a plan counts as it was read. */
  static final Duration FRESH = Duration.ofMinutes(1);

  /** After a failure nothing is asked of the store for so long. */
  static final Duration PAUSE = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(PlanRates.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Plans plans;
  private final Plan otherwise;
  private final Duration outage;
  private final Clock clock;
  private final Executor background;
  private final Recent<Known> known = new Recent<>(MOST_USERS);
  private final ConcurrentHashMap<String, CompletableFuture<Plan>> readings =
      new ConcurrentHashMap<>();
  private volatile @Nullable Instant failedAt;

  /** Where plans are looked up. */
  @FunctionalInterface
  interface Plans {
    /**
     * The plan of a user, known or not.
     *
     * @throws DependencyUnavailableException when nobody can say now
     */
    Plan of(String user) throws InterruptedException;
  }

  private record Known(Plan plan, Instant readAt) {}

  /** Does no I/O. */
  public PlanRates(Users users, AccessSettings settings, Clock clock) {
    this(
        user -> users.of(user).plan(),
        settings.plan(),
        settings.keyTimes().outage(),
        clock,
        task -> Thread.ofVirtual().name("plans").start(task));
  }

  /**
   * @param otherwise for users whose plan nobody can say
   * @param outage how long a plan counts while the store is away
   */
  PlanRates(Plans plans, Plan otherwise, Duration outage, Clock clock, Executor background) {
    this.plans = plans;
    this.otherwise = otherwise;
    this.outage = outage;
    this.clock = clock;
    this.background = background;
  }

  @Override
  public OptionalInt perMinute(String userId) throws InterruptedException {
    Plan plan = plan(userId);
    return plan == Plan.UNLIMITED ? OptionalInt.empty() : OptionalInt.of(plan.requestsPerMinute());
  }

  private Plan plan(String userId) throws InterruptedException {
    Instant now = clock.instant();
    Known before = known.get(userId);
    if (before != null && isWithin(FRESH, before.readAt(), now)) {
      return before.plan();
    }
    Instant failed = failedAt;
    if (failed != null && isWithin(PAUSE, failed, now)) {
      return kept(before, now);
    }
    try {
      return reading(userId, now).get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      failedAt = clock.instant();
      return kept(before, now);
    }
  }

  private Plan kept(@Nullable Known before, Instant now) {
    return before != null && isWithin(outage, before.readAt(), now) ? before.plan() : otherwise;
  }

  private CompletableFuture<Plan> reading(String userId, Instant now) {
    var own = new CompletableFuture<Plan>();
    var other = readings.putIfAbsent(userId, own);
    if (other != null) {
      return other;
    }
    background.execute(
        () -> {
          try {
            Plan plan = plans.of(userId);
            known.put(userId, new Known(plan, now));
            own.complete(plan);
          } catch (DependencyUnavailableException | InterruptedException e) {
            log.atDebug().addKeyValue("reason", e.getMessage()).log("plans can't be looked up");
            own.completeExceptionally(e);
          } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("the plan of a user can't be read");
            own.completeExceptionally(e);
          } finally {
            readings.remove(userId, own);
          }
        });
    return own;
  }

  // A clock that was set back makes nothing younger.
  private static boolean isWithin(Duration length, Instant begun, Instant now) {
    return !now.isBefore(begun) && now.isBefore(begun.plus(length));
  }
}
