package io.weir.messaging.flow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which dependencies are away, and why, until their probes succeed. While any is, nothing
 * is pulled. Thread-safe.
 */
public final class DependencyGate {
  private final Map<String, Probe> probes;
  private final Map<String, String> away = new LinkedHashMap<>();

  /**
   * @param probes by dependency name; one without a probe is tried again by the next pull
   */
  public DependencyGate(Map<String, Probe> probes) {
    this.probes = Map.copyOf(probes);
  }

  /**
   * Notes that {@code dependency} is away.
   *
   * @return whether that is news
   */
  public synchronized boolean close(String dependency, String reason) {
    return away.put(dependency, reason) == null;
  }

  /**
   * Notes that {@code dependency} is there again.
   *
   * @return whether that is news
   */
  public synchronized boolean open(String dependency) {
    return away.remove(dependency) != null;
  }

  /** Why nothing is pulled; empty when all is there. */
  public synchronized Optional<String> closedBecause() {
    return away.isEmpty()
        ? Optional.empty()
        : Optional.of(
            away.entrySet().stream()
                .map(entry -> entry.getKey() + ": " + entry.getValue())
                .reduce((a, b) -> a + "; " + b)
                .orElseThrow());
  }

  /**
   * Asks everything that is away whether it is back; blocks as long as the probes do.
   *
   * @return whether the gate is open now
   */
  public boolean probe() throws InterruptedException {
    for (String dependency : snapshot()) {
      try {
        Probe probe = probes.get(dependency);
        if (probe != null) {
          probe.probe();
        }
        var _ = open(dependency);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // Still away, as expected: the reason that closed the gate stands.
      }
    }
    return closedBecause().isEmpty();
  }

  private synchronized List<String> snapshot() {
    return List.copyOf(away.keySet());
  }
}
