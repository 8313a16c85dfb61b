package io.weir.messaging.runtime;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Set;

/**
 * The registry of a service process with the JVM's own meters, shaped so that promtool finds
 * nothing.
 */
final class Meters {
  /** Names that break the naming rules: a unit that is no base unit, a gauge called a count. */
  private static final Set<String> MISNAMED = Set.of("process.cpu.time", "system.cpu.count");

  private Meters() {}

  static PrometheusMeterRegistry create(String service, String version) {
    var registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    registry
        .config()
        .meterFilter(
            new MeterFilter() {
              @Override
              public MeterFilterReply accept(Meter.Id id) {
                return MISNAMED.contains(id.getName())
                    ? MeterFilterReply.DENY
                    : MeterFilterReply.NEUTRAL;
              }
            });
    new JvmMemoryMetrics().bindTo(registry);
    bindGc(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    Gauge.builder("weir.build.info", () -> 1)
        .description("Which service and version this process runs; always 1.")
        .tag("service", service)
        .tag("version", version)
        .register(registry);
    return registry;
  }

  @SuppressWarnings("resource") // lives as long as the process
  private static void bindGc(PrometheusMeterRegistry registry) {
    new JvmGcMetrics().bindTo(registry);
  }
}
