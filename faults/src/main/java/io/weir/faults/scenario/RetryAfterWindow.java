package io.weir.faults.scenario;

import io.nats.client.JetStreamManagement;
import io.nats.client.api.StreamConfiguration;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.worker.Work;
import io.weir.testsupport.TcpProxy;
import java.time.Duration;
import java.util.List;

/**
 * Publishes are sent again after the time in which the server knows their ids, so that inputs and
 * results are stored twice: only the store is left to see that the work was done.
 */
final class RetryAfterWindow implements Scenario {
  private static final Duration WINDOW = Duration.ofMillis(500);

  @Override
  public String name() {
    return "sent again after the duplicate window";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.allowRepeatedResults();
    JetStreamManagement management = stage.observer().management();
    for (String stream : List.of(Work.STREAM, Work.RESULTS)) {
      var _ =
          management.updateStream(
              StreamConfiguration.builder(management.getStreamInfo(stream).getConfiguration())
                  .duplicateWindow(WINDOW)
                  .build());
    }
    WorkerOptions options = WorkerOptions.DEFAULT.concurrency(50).via(stage.workerWires().url());
    var worker = stage.workers().start(options);
    stage.producer().start(100);
    for (int i = 0; i < size.of(1, 6); i++) {
      stage.pass(Duration.ofSeconds(1));
      stage.producerWires().each(TcpProxy::dropToClient);
      stage.workerWires().each(TcpProxy::dropToClient);
      stage.pass(Duration.ofSeconds(6));
      worker.kill();
      stage.producerWires().heal();
      stage.workerWires().heal();
      worker = stage.workers().start(options);
      stage.pass(Duration.ofSeconds(2));
    }
    return stage.producer().failures() + " publishes sent again";
  }
}
