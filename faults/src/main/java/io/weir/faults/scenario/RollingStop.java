package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.stage.Workers;
import io.weir.localstack.ManagedProcess;
import java.time.Duration;

/** One worker after another is replaced by a new one, as in a rolling update. */
final class RollingStop implements Scenario {
  @Override
  public String name() {
    return "SIGTERM under load, rolling";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    WorkerOptions options =
        WorkerOptions.DEFAULT.concurrency(50).busy(Duration.ofMillis(1), Duration.ofMillis(100));
    ManagedProcess first = stage.workers().start(options);
    ManagedProcess second = stage.workers().start(options);
    stage.producer().start(300);
    int stops = size.of(2, 20);
    for (int i = 0; i < stops; i++) {
      stage.pass(Duration.ofSeconds(1));
      ManagedProcess next = stage.workers().start(options);
      Workers.stop(first);
      first = second;
      second = next;
    }
    return stops + " stops";
  }
}
