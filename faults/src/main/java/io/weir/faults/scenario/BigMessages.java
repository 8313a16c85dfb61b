package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.worker.Work;
import io.weir.localstack.NatsServer;
import java.time.Duration;

/** Messages near the server's limit, and a kill of the server among them. */
final class BigMessages implements Scenario {
  private static final int LEAST = 300_000;

  /** Streams leave the rest of the server's 1 MiB to the headers of a dead letter. */
  private static final int MOST = 980_000;

  @Override
  public String name() {
    return "messages of 300 kB to 1 MB";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.producer().sized(n -> LEAST + n * 7919 % (MOST - LEAST));
    var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(100));
    stage.producer().start(20);
    stage.pass(size.seconds(3, 20));
    NatsServer server = stage.ground().leaderOf(Work.STREAM);
    server.kill();
    if (stage.ground().isCluster()) {
      stage.ground().awaitLeaders();
    }
    server.restart();
    stage.healed();
    stage.ground().awaitHealthy(Duration.ofSeconds(60));
    stage.pass(size.seconds(3, 20));
    return "";
  }
}
