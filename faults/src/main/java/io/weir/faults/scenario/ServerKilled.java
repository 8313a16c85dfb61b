package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.worker.Work;
import io.weir.localstack.NatsServer;
import java.time.Duration;

/**
 * {@code kill -9} of the server every 5 s; in a cluster of the one that leads the work queue, where
 * the fault has healed once others lead.
 */
final class ServerKilled implements Scenario {
  private static final int RATE = 500;

  @Override
  public String name() {
    return "server killed every 5 s under load";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(50));
    stage.producer().start(RATE);
    long election = 0;
    int kills = size.of(2, 20);
    for (int i = 0; i < kills; i++) {
      stage.pass(Duration.ofSeconds(3));
      NatsServer server = stage.ground().leaderOf(Work.STREAM);
      long killed = System.nanoTime();
      server.kill();
      if (stage.ground().isCluster()) {
        stage.ground().awaitLeaders();
        election = Math.max(election, Duration.ofNanos(System.nanoTime() - killed).toMillis());
        stage.healed();
        server.restart();
      } else {
        stage.pass(Duration.ofMillis(500));
        server.restart();
        stage.healed();
      }
      stage.ground().awaitHealthy(Duration.ofSeconds(60));
      stage.pass(Duration.ofMillis(1_500));
    }
    String elections =
        stage.ground().isCluster() ? ", longest election %d ms".formatted(election) : "";
    return "%d kills%s, %d publishes sent again"
        .formatted(kills, elections, stage.producer().failures());
  }
}
