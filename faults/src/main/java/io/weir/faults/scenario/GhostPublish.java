package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.testsupport.TcpProxy;
import java.time.Duration;

/**
 * Publishes are stored and their acknowledgements are swallowed, then publishes are held up and
 * arrive after they were given up and sent again.
 */
final class GhostPublish implements Scenario {
  @Override
  public String name() {
    return "publishes whose answer is lost, or that arrive late";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ =
        stage.workers().start(WorkerOptions.DEFAULT.concurrency(50).via(stage.workerWires().url()));
    stage.producer().start(200);
    for (int i = 0; i < size.of(1, 5); i++) {
      stage.pass(Duration.ofSeconds(1));
      stage.producerWires().each(TcpProxy::dropToClient);
      stage.workerWires().each(TcpProxy::dropToClient);
      stage.pass(Duration.ofSeconds(7));
      stage.producerWires().heal();
      stage.workerWires().heal();
      stage.healed();
      stage.pass(Duration.ofSeconds(1));
      stage.producerWires().each(TcpProxy::stallToServer);
      stage.workerWires().each(TcpProxy::stallToServer);
      stage.pass(Duration.ofSeconds(7));
      stage.producerWires().each(TcpProxy::restore);
      stage.workerWires().each(TcpProxy::restore);
      stage.healed();
    }
    stage.pass(Duration.ofSeconds(2));
    return stage.producer().failures() + " publishes sent again";
  }
}
