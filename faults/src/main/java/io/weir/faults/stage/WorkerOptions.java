package io.weir.faults.stage;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a worker process is told besides where its servers are. Immutable. */
public record WorkerOptions(Map<String, String> environment) {
  /** 10 at once, up to 5 ms each. */
  public static final WorkerOptions DEFAULT = new WorkerOptions(Map.of());

  public WorkerOptions {
    environment = Map.copyOf(environment);
  }

  public WorkerOptions concurrency(int most) {
    return with("CONCURRENCY", String.valueOf(most));
  }

  /** Each handler takes a random time between these two. */
  public WorkerOptions busy(Duration least, Duration most) {
    return with("BUSY_LEAST", least.toMillis() + "ms").with("BUSY_MOST", most.toMillis() + "ms");
  }

  /** The process ends at this boundary of its n-th attempt, as if it were killed there. */
  public WorkerOptions haltAt(String boundary, int attempt) {
    return with("HALT_AT", boundary).with("HALT_ON_ATTEMPT", String.valueOf(attempt));
  }

  /** Reaches the servers by another way. */
  public WorkerOptions via(String url) {
    return with("NATS_URL", url);
  }

  /** Any setting of the worker. */
  public WorkerOptions with(String name, String value) {
    var more = new LinkedHashMap<>(environment);
    more.put(name, value);
    return new WorkerOptions(more);
  }
}
