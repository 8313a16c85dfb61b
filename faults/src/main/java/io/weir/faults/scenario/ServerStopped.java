package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.worker.Work;
import io.weir.localstack.NatsServer;
import java.time.Duration;

/** The server hangs: connections stay open and nothing is answered. */
final class ServerStopped implements Scenario {
  @Override
  public String name() {
    return "server hangs (SIGSTOP)";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(50));
    stage.producer().start(300);
    stage.pass(Duration.ofSeconds(2));
    Duration lasting = size.seconds(10, 60);
    NatsServer server = stage.ground().leaderOf(Work.STREAM);
    server.suspend();
    stage.pass(lasting);
    server.resume();
    stage.healed();
    stage.pass(Duration.ofSeconds(3));
    return "for %d s".formatted(lasting.toSeconds());
  }
}
