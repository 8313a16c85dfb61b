package io.weir.testsupport;

import io.weir.localstack.FreePorts;
import java.util.List;

/**
 * The ports of a {@link NatsCluster}, one of each kind for each member. They must be known before
 * the members start, and must still be free when a killed one starts again: a client that dials
 * would else take the port of a member that is down, by chance or by connecting to itself.
 */
record ClusterPorts(List<Integer> clients, List<Integer> monitors, List<Integer> routes) {

  /** Ports that are free now. */
  static ClusterPorts pick() {
    List<Integer> ports = FreePorts.several(3 * NatsCluster.SIZE);
    return new ClusterPorts(
        ports.subList(0, NatsCluster.SIZE),
        ports.subList(NatsCluster.SIZE, 2 * NatsCluster.SIZE),
        ports.subList(2 * NatsCluster.SIZE, 3 * NatsCluster.SIZE));
  }
}
