package io.weir.testsupport;

import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.localstack.StackException;
import io.weir.localstack.Undertaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three real nats-servers on 127.0.0.1 that keep JetStream together, for streams of three replicas.
 * A member keeps its ports over {@link NatsServer#restart()}, and has its name for a tag, by which
 * streams may be placed on it. Clients connect without credentials. Members may be killed and
 * suspended while another thread asks for a leader; otherwise for one thread at a time.
 */
public final class NatsCluster implements AutoCloseable {

  /** How many members a cluster has. */
  public static final int SIZE = 3;

  private static final Duration FORMED_WITHIN = Duration.ofSeconds(40);
  private static final int STARTS = 3;

  private final Undertaker undertaker = Undertaker.start();
  private final List<NatsServer> members = new ArrayList<>();
  private final Elections elections = new Elections(members);

  private NatsCluster() {}

  /**
   * Starts a cluster that tells clients nothing of its members, so that a client behind a proxy
   * does not learn the way around it; returns when it is healthy. Keeps all files below the
   * directory.
   *
   * @throws StackException with the last log lines of a member that could not be started
   */
  public static NatsCluster start(Path directory) throws InterruptedException {
    return start(directory, false, ClusterPorts::pick);
  }

  /** As {@link #start}, of a cluster whose members tell clients each other's addresses. */
  public static NatsCluster startAdvertising(Path directory) throws InterruptedException {
    return start(directory, true, ClusterPorts::pick);
  }

  static NatsCluster start(Path directory, boolean advertise, Supplier<ClusterPorts> ports)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      Path home = directory.resolve("start-" + attempt);
      NatsCluster cluster = new NatsCluster();
      try {
        cluster.launch(home, advertise, ports.get());
        return cluster;
      } catch (StackException e) {
        cluster.close();
        if (attempt == STARTS || !foundAPortTaken(home)) {
          throw e;
        }
      } catch (InterruptedException | AssertionError e) {
        cluster.close();
        throw e;
      }
    }
  }

  /** All members, dead ones too, in the order of their names. */
  public List<NatsServer> members() {
    return List.copyOf(members);
  }

  /** The client addresses of all members, dead ones too, joined by commas. */
  public String urls() {
    return String.join(",", members.stream().map(NatsServer::url).toList());
  }

  /**
   * Waits until all members are healthy, and who leads the cluster, a stream or a consumer sees all
   * others up to date: a stream of three replicas can be created, and any one member may be killed.
   * Before that a further one would be too many: a copy that is still being brought up to date
   * can't be elected, and votes for no one that has less. A member that was resumed or connected
   * again a moment ago may not know yet that it is behind.
   *
   * @throws StackException at once when a member is dead
   * @throws AssertionError when the time is over
   */
  public void awaitHealthy(Duration within) throws InterruptedException {
    Await.until(
        "a healthy cluster", within, () -> dead().isPresent() || elections.areAllTakingPart());
    Optional<NatsServer> dead = dead();
    if (dead.isPresent()) {
      dead.get().awaitHealthy(Duration.ZERO); // throws, with the last log lines
    }
  }

  /**
   * The member that leads a stream of several replicas; waits for an election to end. A member
   * leads when it says so itself and no other one that runs does.
   *
   * @throws AssertionError after 40 s without a leader
   */
  public NatsServer leaderOf(String stream) throws InterruptedException {
    return elections.leaderOf(RaftGroup.ofStream(stream));
  }

  /** As {@link #leaderOf(String)} for a consumer of a stream. */
  public NatsServer leaderOf(String stream, String consumer) throws InterruptedException {
    return elections.leaderOf(RaftGroup.ofConsumer(stream, consumer));
  }

  /** As {@link #leaderOf(String)} for the cluster itself: who places streams and consumers. */
  public NatsServer metaLeader() throws InterruptedException {
    return elections.leaderOf(RaftGroup.META);
  }

  /**
   * Makes the leader of a stream give up and waits until another member leads. Returns the time
   * from the request until then, by looks that are some 10 ms apart.
   *
   * @throws AssertionError after 40 s without another leader
   */
  public Duration stepDown(String stream) throws InterruptedException {
    return elections.stepDown(RaftGroup.ofStream(stream));
  }

  /** As {@link #stepDown(String)} for a consumer of a stream. */
  public Duration stepDown(String stream, String consumer) throws InterruptedException {
    return elections.stepDown(RaftGroup.ofConsumer(stream, consumer));
  }

  /** As {@link #stepDown(String)} for the cluster itself. */
  public Duration stepDownMeta() throws InterruptedException {
    return elections.stepDown(RaftGroup.META);
  }

  /** Kills all members: nobody needs what they keep. */
  @Override
  public void close() {
    try {
      for (NatsServer member : members) {
        member.kill();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      members.forEach(NatsServer::close);
      undertaker.close();
    }
  }

  private void launch(Path home, boolean advertise, ClusterPorts ports)
      throws InterruptedException {
    String name = "weir-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    for (int i = 0; i < SIZE; i++) {
      members.add(
          NatsServer.start(
              NatsServerOptions.in(home.resolve("n" + (i + 1)))
                  .withServerName(name(name, i))
                  .withPorts(ports.clients().get(i), ports.monitors().get(i))
                  .withExtraConfig(config(name, i, ports.routes(), advertise))
                  .withoutAwaitingHealth()
                  .unflushed() // each is in three processes, and no power is cut
                  .withUndertaker(undertaker)));
    }
    awaitHealthy(FORMED_WITHIN);
  }

  private static String name(String cluster, int index) {
    return cluster + "-" + (index + 1);
  }

  private static String config(String name, int index, List<Integer> routes, boolean advertise) {
    List<String> others =
        IntStream.range(0, SIZE)
            .filter(i -> i != index)
            .mapToObj(i -> "\"nats://127.0.0.1:%d\"".formatted(routes.get(i)))
            .toList();
    // Only the system account may make the cluster's leader step down. Where it is the only account
    // with users, clients without credentials are still let into the global one.
    return """
        cluster {
          name: "%s"
          listen: "127.0.0.1:%d"
          no_advertise: %s
          routes: [%s]
        }
        server_tags: ["%s"]
        accounts { $SYS { users: [ { user: "system", password: "system" } ] } }
        """
        .formatted(
            name, routes.get(index), !advertise, String.join(", ", others), name(name, index));
  }

  private static boolean foundAPortTaken(Path home) {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path log : files.filter(file -> file.endsWith("nats.log")).toList()) {
        if (Files.readString(log).contains("address already in use")) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      return false; // then the first failure is the one to tell
    }
  }

  private Optional<NatsServer> dead() {
    return members.stream().filter(member -> !member.isAlive()).findFirst();
  }
}
