package io.weir.messaging.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The metrics that people ask for by hand, as one small JSON document. */
final class MetricsSummary {
  private MetricsSummary() {}

  static Map<String, Object> of(MeterRegistry meters, Duration uptime) {
    var summary = new LinkedHashMap<String, Object>();
    summary.put("uptime", uptime.toSeconds());
    summary.put("requests", requests(meters));
    summary.put("models", models(meters));
    summary.put("memory", ProcessMemory.read());
    return summary;
  }

  private static Map<String, Object> requests(MeterRegistry meters) {
    record Sum(long count, long errors, double millis) {
      Sum plus(Sum more) {
        return new Sum(count + more.count, errors + more.errors, millis + more.millis);
      }
    }
    var sums = new TreeMap<String, Sum>();
    for (Timer timer : meters.find(RequestMeter.NAME).timers()) {
      long count = timer.count();
      boolean failed = "error".equals(timer.getId().getTag("outcome"));
      sums.merge(
          String.valueOf(timer.getId().getTag("endpoint")),
          new Sum(count, failed ? count : 0, timer.totalTime(TimeUnit.MILLISECONDS)),
          Sum::plus);
    }
    var shown = new LinkedHashMap<String, Object>();
    sums.forEach(
        (endpoint, sum) ->
            shown.put(
                endpoint,
                Map.of(
                    "count",
                    sum.count(),
                    "avgDuration",
                    sum.count() == 0 ? 0 : sum.millis() / sum.count(),
                    "errors",
                    sum.errors(),
                    "errorRate",
                    sum.count() == 0 ? 0 : (double) sum.errors() / sum.count())));
    return shown;
  }

  /**
   * From the counters {@code weir.llm.calls} and {@code weir.llm.tokens}, tagged by provider and
   * model.
   */
  private static Map<String, Object> models(MeterRegistry meters) {
    var shown = new TreeMap<String, Map<String, Map<String, Object>>>();
    add(shown, meters, "weir.llm.calls", "count");
    add(shown, meters, "weir.llm.tokens", "totalTokens");
    return new LinkedHashMap<>(shown);
  }

  private static void add(
      Map<String, Map<String, Map<String, Object>>> shown,
      MeterRegistry meters,
      String meter,
      String field) {
    for (Counter counter : meters.find(meter).counters()) {
      shown
          .computeIfAbsent(String.valueOf(counter.getId().getTag("provider")), p -> new TreeMap<>())
          .computeIfAbsent(
              String.valueOf(counter.getId().getTag("model")), m -> new LinkedHashMap<>())
          .merge(field, (long) counter.count(), (a, b) -> (Long) a + (Long) b);
    }
  }
}
