package io.weir.faults.scenario;

import io.weir.faults.ground.ThreeServers;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.worker.Work;
import io.weir.testsupport.NatsCluster;
import java.time.Duration;

/** The leaders of the streams, of the consumer and of the cluster step down in a loop. */
final class LeaderStepsDown implements Scenario {
  @Override
  public String name() {
    return "leaders step down in a loop";
  }

  @Override
  public boolean playsOn(boolean cluster) {
    return cluster;
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    if (!(stage.ground() instanceof ThreeServers servers)) {
      throw new IllegalArgumentException("one server has nobody to step down for");
    }
    NatsCluster cluster = servers.cluster();
    var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(50));
    stage.producer().start(300);
    Duration longest = Duration.ZERO;
    int rounds = size.of(2, 15);
    for (int i = 0; i < rounds; i++) {
      longest = longer(longest, cluster.stepDown(Work.STREAM, Work.CONSUMER));
      stage.healed();
      stage.pass(Duration.ofSeconds(1));
      longest = longer(longest, cluster.stepDown(Work.STREAM));
      stage.healed();
      stage.pass(Duration.ofSeconds(1));
      longest = longer(longest, cluster.stepDown(Work.RESULTS));
      stage.healed();
      stage.pass(Duration.ofSeconds(1));
      longest = longer(longest, cluster.stepDownMeta());
      stage.healed();
      stage.pass(Duration.ofSeconds(1));
    }
    return "%d rounds, longest election %d ms".formatted(rounds, longest.toMillis());
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
