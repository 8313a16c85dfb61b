package io.weir.messaging.runtime;

import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.health.Readiness;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Puts together what a service's parts say of their health. Thread-safe. */
final class HealthReport {
  private final String service;
  private final String version;
  private final Clock clock;
  private final Lifecycle lifecycle;
  private final List<HealthSource> sources;
  private final List<HealthSource> background;

  HealthReport(
      String service,
      String version,
      Clock clock,
      Lifecycle lifecycle,
      List<HealthSource> sources,
      List<HealthSource> background) {
    this.service = service;
    this.version = version;
    this.clock = clock;
    this.lifecycle = lifecycle;
    this.sources = List.copyOf(sources);
    this.background = List.copyOf(background);
  }

  Readiness readiness() {
    return Readiness.of(checks());
  }

  /** The page of {@code /health}. */
  Map<String, Object> page() {
    List<HealthCheck> checks = checks();
    var page = new LinkedHashMap<String, Object>();
    page.put("status", status(checks));
    page.put("service", service);
    page.put("version", version);
    page.put("timestamp", clock.instant().toString());
    page.put("uptime", lifecycle.uptime().toSeconds());
    sources.forEach(source -> page.putAll(source.facts()));
    background.forEach(source -> page.putAll(source.facts()));
    page.put("memory", ProcessMemory.read());
    page.put("checks", checks.stream().map(HealthReport::shown).toList());
    return page;
  }

  private List<HealthCheck> checks() {
    var checks = new ArrayList<HealthCheck>();
    checks.add(
        switch (lifecycle.phase()) {
          case STARTING ->
              HealthCheck.notReady("lifecycle", "starting", "requests are answered 503 until then");
          case RUNNING -> HealthCheck.ok("lifecycle");
          case DRAINING, STOPPED ->
              HealthCheck.notReady(
                  "lifecycle", "draining", "work in hand finishes, none is taken in");
        });
    sources.forEach(source -> checks.addAll(source.checks()));
    // The service is ready without these, by its own word.
    for (HealthSource source : background) {
      source.checks().forEach(check -> checks.add(check.withoutBlocking()));
    }
    return checks;
  }

  private static String status(List<HealthCheck> checks) {
    if (Readiness.of(checks) instanceof Readiness.NotReady) {
      return "down";
    }
    return checks.stream().allMatch(check -> check.status() == HealthCheck.Status.OK)
        ? "ok"
        : "degraded";
  }

  private static Map<String, Object> shown(HealthCheck check) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", check.name());
    shown.put("status", check.status().name().toLowerCase(Locale.ROOT));
    if (check.age() != null) {
      shown.put("age", check.age().toMillis() / 1000.0);
    }
    if (check.threshold() != null) {
      shown.put("threshold", check.threshold().toMillis() / 1000.0);
    }
    shown.put("reason", check.reason());
    shown.put("consequence", check.consequence());
    return shown;
  }
}
