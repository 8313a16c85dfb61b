package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.worker.Work;
import io.weir.testsupport.Await;
import java.time.Duration;

/** An operator deletes the consumer under load. */
final class ConsumerDeleted implements Scenario {
  @Override
  public String name() {
    return "consumer deleted under load";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(50));
    stage.producer().start(300);
    int times = size.of(2, 10);
    for (int i = 0; i < times; i++) {
      stage.pass(Duration.ofSeconds(2));
      var _ = stage.observer().management().deleteConsumer(Work.STREAM, Work.CONSUMER);
      stage.healed();
      Await.until(
          "the consumer is back",
          Duration.ofSeconds(60),
          () -> stage.observer().management().getConsumerInfo(Work.STREAM, Work.CONSUMER) != null);
    }
    stage.pass(Duration.ofSeconds(2));
    return times + " times";
  }
}
