package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import java.time.Duration;

/** MongoDB is killed and stays away: work waits in the stream, and none of it is used up. */
final class StoreDown implements Scenario {
  @Override
  public String name() {
    return "MongoDB away";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ = stage.workers().start(WorkerOptions.DEFAULT);
    stage.producer().start(size.of(100, 50));
    Duration lasting = size.seconds(10, 180);
    for (int i = 0; i < size.of(1, 2); i++) {
      stage.pass(Duration.ofSeconds(2));
      stage.store().kill();
      stage.pass(lasting);
      stage.store().restart();
      stage.pass(Duration.ofSeconds(3));
    }
    return "for %d s".formatted(lasting.toSeconds());
  }
}
