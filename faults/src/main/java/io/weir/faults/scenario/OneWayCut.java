package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.testsupport.TcpProxy;
import java.time.Duration;

/** What the clients send is swallowed, while what the servers send still arrives. */
final class OneWayCut implements Scenario {
  @Override
  public String name() {
    return "network drops what clients send";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ =
        stage.workers().start(WorkerOptions.DEFAULT.concurrency(50).via(stage.workerWires().url()));
    stage.producer().start(300);
    stage.pass(Duration.ofSeconds(2));
    for (int i = 0; i < size.of(1, 6); i++) {
      stage.workerWires().each(TcpProxy::dropToServer);
      stage.pass(size.seconds(5, 15));
      stage.workerWires().heal();
      stage.healed();
      stage.pass(Duration.ofSeconds(2));
      stage.producerWires().each(TcpProxy::dropToServer);
      stage.workerWires().each(TcpProxy::dropToServer);
      stage.pass(size.seconds(3, 40));
      stage.producerWires().heal();
      stage.workerWires().heal();
      stage.healed();
      stage.pass(Duration.ofSeconds(2));
    }
    return stage.producer().failures() + " publishes sent again";
  }
}
