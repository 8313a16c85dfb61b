package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.stage.Workers;
import io.weir.localstack.ManagedProcess;
import java.time.Duration;
import java.util.List;

/** Handlers of random length, with bounds from one to ten thousand, and several workers at once. */
final class RandomLatency implements Scenario {
  private static final List<Integer> BOUNDS = List.of(1, 2, 10, 10_000);

  @Override
  public String name() {
    return "random latency, K = 1, 2, 10, 10,000";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.producer().publish(size.of(3_000, 30_000));
    for (int bound : BOUNDS) {
      ManagedProcess worker =
          stage
              .workers()
              .start(
                  WorkerOptions.DEFAULT
                      .concurrency(bound)
                      .busy(Duration.ZERO, Duration.ofMillis(bound < 10 ? 5 : 50)));
      stage.pass(size.seconds(2, 20));
      if (bound < 10_000) {
        Workers.stop(worker);
      }
    }
    return "";
  }
}
