package io.weir.testsupport;

import io.weir.localstack.FreePorts;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The ports of a {@link NatsCluster}, one of each kind for each member. They must be known before
 * the members start, and must still be free when a killed one starts again.
 */
record ClusterPorts(List<Integer> clients, List<Integer> monitors, List<Integer> routes) {

  // Below the ports that systems give to outgoing connections (32768 on Linux, 49152 on others): a
  // client that dials would else take the port of a member that is down, by chance or, when it
  // dials that very port, by connecting to itself.
  private static final int FIRST = 20_000;
  private static final int LAST = 32_767;

  /** Ports that are free now; another process may still take one before it is used. */
  static ClusterPorts pick() {
    List<Integer> ports =
        ThreadLocalRandom.current()
            .ints(FIRST, LAST + 1)
            .distinct()
            .filter(FreePorts::isFree)
            .limit(3L * NatsCluster.SIZE)
            .boxed()
            .toList();
    return new ClusterPorts(
        ports.subList(0, NatsCluster.SIZE),
        ports.subList(NatsCluster.SIZE, 2 * NatsCluster.SIZE),
        ports.subList(2 * NatsCluster.SIZE, 3 * NatsCluster.SIZE));
  }
}
