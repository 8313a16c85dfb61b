package io.weir.messaging.health;

import java.util.List;

/** Whether a service may get traffic. */
public sealed interface Readiness {
  record Ready() implements Readiness {}

  /** Not ready, and why; at least one reason. */
  record NotReady(List<String> reasons) implements Readiness {
    public NotReady {
      reasons = List.copyOf(reasons);
    }
  }

  /** What {@code checks} say of readiness. */
  static Readiness of(List<HealthCheck> checks) {
    List<String> reasons =
        checks.stream()
            .filter(check -> check.blocksReadiness() && check.status() != HealthCheck.Status.OK)
            .map(check -> check.name() + ": " + check.reason())
            .toList();
    return reasons.isEmpty() ? new Ready() : new NotReady(reasons);
  }
}
