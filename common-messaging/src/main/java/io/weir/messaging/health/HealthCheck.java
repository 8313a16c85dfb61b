package io.weir.messaging.health;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a service watches about itself or a dependency.
 *
 * @param name what is watched: {@code nats}, {@code mongodb}, {@code consumer:entity-extractor}
 * @param status how it is
 * @param age how long ago it was last seen well; null when that has no meaning
 * @param threshold the age from which it counts as not well; null when that has no meaning
 * @param reason why it is as it is, for a person; empty when all is well
 * @param consequence what follows for the service's users; empty when all is well
 * @param blocksReadiness whether the service is not ready while this check is not {@link Status#OK}
 */
public record HealthCheck(
    String name,
    Status status,
    @Nullable Duration age,
    @Nullable Duration threshold,
    String reason,
    String consequence,
    boolean blocksReadiness) {
  /** How a check stands. */
  public enum Status {
    OK,
    DEGRADED,
    DOWN
  }

  /** A check that is well. */
  public static HealthCheck ok(String name) {
    return new HealthCheck(name, Status.OK, null, null, "", "", false);
  }

  /** Not well, but the service still does its work. */
  public static HealthCheck degraded(String name, String reason, String consequence) {
    return new HealthCheck(name, Status.DEGRADED, null, null, reason, consequence, false);
  }

  /** Not well and waited for; the service stays ready because nothing is lost by it. */
  public static HealthCheck down(String name, String reason, String consequence) {
    return new HealthCheck(name, Status.DOWN, null, null, reason, consequence, false);
  }

  /** Not well, and the service must not get traffic until it is. */
  public static HealthCheck notReady(String name, String reason, String consequence) {
    return new HealthCheck(name, Status.DOWN, null, null, reason, consequence, true);
  }

  /** The same check for a part that the service is ready without. */
  public HealthCheck withoutBlocking() {
    return new HealthCheck(name, status, age, threshold, reason, consequence, false);
  }

  /** The same check with its age and threshold told. */
  public HealthCheck withAge(Duration lastSeenWell, Duration limit) {
    return new HealthCheck(name, status, lastSeenWell, limit, reason, consequence, blocksReadiness);
  }
}
