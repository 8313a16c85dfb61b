package io.weir.faults.ground;

import io.weir.faults.worker.Work;
import io.weir.localstack.NatsServer;
import io.weir.testsupport.NatsCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Three servers that keep each stream together. */
public final class ThreeServers implements Ground {
  private final NatsCluster cluster;

  public ThreeServers(Path folder) throws InterruptedException {
    this.cluster = NatsCluster.start(folder);
  }

  /** For faults that only a cluster has. */
  public NatsCluster cluster() {
    return cluster;
  }

  @Override
  public String name() {
    return "3, R3";
  }

  @Override
  public String version() {
    return cluster.members().getFirst().binary().version();
  }

  @Override
  public List<NatsServer> servers() {
    return cluster.members();
  }

  @Override
  public int replicas() {
    return NatsCluster.SIZE;
  }

  @Override
  public NatsServer leaderOf(String stream) throws InterruptedException {
    return cluster.leaderOf(stream);
  }

  @Override
  public void awaitLeaders() throws InterruptedException {
    var _ = cluster.leaderOf(Work.STREAM);
    var _ = cluster.leaderOf(Work.STREAM, Work.CONSUMER);
    var _ = cluster.leaderOf(Work.RESULTS);
  }

  @Override
  public void awaitHealthy(Duration within) throws InterruptedException {
    cluster.awaitHealthy(within);
  }

  @Override
  public void close() {
    cluster.close();
  }
}
