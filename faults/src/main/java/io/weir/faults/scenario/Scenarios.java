package io.weir.faults.scenario;

import java.util.LinkedHashMap;
import java.util.Map;

/** All tests, by their number in the table. */
public final class Scenarios {
  private Scenarios() {}

  /** In the order of the table. */
  public static Map<String, Scenario> all() {
    var all = new LinkedHashMap<String, Scenario>();
    all.put("1", new WorkerKilled());
    all.put("2", new ServerKilled());
    all.put("3", new LeaderStepsDown());
    all.put("4", new OneWayCut());
    all.put("5", new ServerStopped());
    all.put("6", new GhostPublish());
    all.put("7", new RetryAfterWindow());
    all.put("8", new LongHandler());
    all.put("8b", new WorkerStopped());
    all.put("9", new RandomLatency());
    all.put("10", new Poison());
    all.put("11", new DeadLettersFull());
    all.put("11b", new DeadLettersUnanswered());
    all.put("12", new StoreDown());
    all.put("13", new RollingStop());
    all.put("14", new BigMessages());
    all.put("15", new ConsumerDeleted());
    all.put("15b", new StreamRestored());
    return all;
  }
}
