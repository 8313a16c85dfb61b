package io.weir.faults.scenario;

import io.weir.faults.oracle.Kind;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import java.time.Duration;

/** Every twentieth message is poisonous, in one of three ways. */
final class Poison implements Scenario {
  @Override
  public String name() {
    return "5 % poison";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage
        .producer()
        .mixed(
            n ->
                n % 20 != 0
                    ? Kind.GOOD
                    : n % 60 == 0 ? Kind.RUBBISH : n % 40 == 0 ? Kind.FAILING : Kind.DEAD);
    // Three failures wait some seconds in all.
    stage.stuckAfter(Duration.ofSeconds(20));
    stage.producer().publish(size.of(2_000, 20_000));
    var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(20));
    return "";
  }
}
