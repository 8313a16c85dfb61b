package io.weir.faults.scenario;

import io.weir.faults.oracle.Kind;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import java.time.Duration;
import java.util.Map;

/** The stream of dead letters takes no more for a while: nothing is dropped for that. */
final class DeadLettersFull implements Scenario {
  @Override
  public String name() {
    return "dead-letter stream full";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.stuckAfter(FullStreams.REFUSED_WAITS);
    var _ = stage.workers().start(WorkerOptions.DEFAULT);
    stage.producer().mixed(n -> n % 20 == 0 ? Kind.DEAD : n % 33 == 0 ? Kind.RUBBISH : Kind.GOOD);
    try (var full = FullStreams.leaving(stage.observer(), Map.of("DEAD_LETTERS", 3L))) {
      stage.producer().start(100);
      // On a busy machine letters may come so late that none would be refused.
      full.awaitFull();
      stage.pass(size.seconds(5, 60));
    }
    stage.pass(Duration.ofSeconds(1));
    return "";
  }
}
