package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import java.time.Duration;

/** Handlers that take ten times the ack-wait, kept by their signals of life. */
final class LongHandler implements Scenario {
  @Override
  public String name() {
    return "handler of 10 × ack-wait, with heartbeat";
  }

  @Override
  public Duration ackWait() {
    return Duration.ofSeconds(1);
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.stuckAfter(Duration.ofSeconds(14));
    stage.producer().publish(size.of(20, 200));
    var _ =
        stage
            .workers()
            .start(
                WorkerOptions.DEFAULT
                    .concurrency(size.of(20, 50))
                    .busy(Duration.ofSeconds(10), Duration.ofSeconds(10)));
    return "";
  }
}
