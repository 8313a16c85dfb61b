package io.weir.faults.ground;

import io.weir.localstack.NatsServer;
import java.time.Duration;
import java.util.List;

/** The servers that messages are stored on. Its methods may be called by one thread at a time. */
public interface Ground extends AutoCloseable {
  /** Such as {@code 1} or {@code 3, R3}. */
  String name();

  /** Version of the servers. */
  String version();

  List<NatsServer> servers();

  /** Copies of each stream. */
  int replicas();

  /** The server whose loss hurts this stream most: its leader, or the only one. */
  NatsServer leaderOf(String stream) throws InterruptedException;

  /** Waits until what messages need has leaders, among the servers that are left. */
  void awaitLeaders() throws InterruptedException;

  /** Waits until all servers are up and the streams have leaders. */
  void awaitHealthy(Duration within) throws InterruptedException;

  @Override
  void close();

  /** All servers, by comma. */
  default String url() {
    return String.join(",", servers().stream().map(NatsServer::url).toList());
  }

  default boolean isCluster() {
    return servers().size() > 1;
  }
}
