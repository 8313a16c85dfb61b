package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.localstack.ManagedProcess;
import java.time.Duration;

/**
 * A worker stands still for longer than the ack-wait, as by a long pause of its machine: no signs
 * of life go out, another takes its messages over, and then it goes on where it was.
 */
final class WorkerStopped implements Scenario {
  @Override
  public String name() {
    return "handler of 10 × ack-wait, without heartbeat (worker stands still)";
  }

  @Override
  public Duration ackWait() {
    return Duration.ofSeconds(1);
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.stuckAfter(Duration.ofSeconds(14));
    WorkerOptions options =
        WorkerOptions.DEFAULT.concurrency(20).busy(Duration.ofMillis(100), Duration.ofMillis(400));
    ManagedProcess first = stage.workers().start(options);
    ManagedProcess second = stage.workers().start(options);
    stage.producer().start(60);
    for (int i = 0; i < size.of(1, 5); i++) {
      stage.pass(Duration.ofSeconds(1));
      first.suspend();
      stage.pass(ackWait().multipliedBy(10));
      first.resume();
      ManagedProcess other = first;
      first = second;
      second = other;
    }
    stage.pass(Duration.ofSeconds(2));
    return "";
  }
}
