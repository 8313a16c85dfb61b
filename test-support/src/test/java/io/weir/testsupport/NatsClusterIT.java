package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.ClusterInfo;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.weir.localstack.NatsServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // closing a jnats connection may be interrupted, which may fail a test
@TestInstance(Lifecycle.PER_CLASS)
class NatsClusterIT {

  private static final Duration SOON = Duration.ofSeconds(40);

  private NatsCluster cluster;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    cluster = NatsCluster.start(directory);
    try (Connection connection = connect(cluster.urls())) {
      JetStreamManagement management = connection.jetStreamManagement();
      var keep =
          StreamConfiguration.builder()
              .name("KEEP")
              .subjects("keep.>")
              .storageType(StorageType.File)
              .replicas(3)
              .build();
      var reader = ConsumerConfiguration.builder().durable("reader").build();
      var _ = Await.value("a stream", SOON, () -> management.addStream(keep));
      var _ = Await.value("a consumer", SOON, () -> management.addOrUpdateConsumer("KEEP", reader));
    }
  }

  @AfterAll
  void close() {
    cluster.close();
  }

  @Test
  void eachLeaderStepsDownForAnother() throws Exception {
    NatsServer stream = cluster.leaderOf("KEEP");
    NatsServer consumer = cluster.leaderOf("KEEP", "reader");
    NatsServer meta = cluster.metaLeader();

    assertTrue(cluster.stepDown("KEEP").isPositive());
    assertTrue(cluster.stepDown("KEEP", "reader").isPositive());
    assertTrue(cluster.stepDownMeta().isPositive());

    assertNotSame(stream, cluster.leaderOf("KEEP"));
    assertNotSame(consumer, cluster.leaderOf("KEEP", "reader"));
    assertNotSame(meta, cluster.metaLeader());
  }

  @Test
  void theLeaderIsTheOneThatJetStreamNames() throws Exception {
    try (Connection connection = connect(cluster.urls())) {
      JetStreamManagement management = connection.jetStreamManagement();

      assertEquals(
          leaderIn(management.getStreamInfo("KEEP").getClusterInfo()),
          cluster.leaderOf("KEEP").serverName());
      assertEquals(
          leaderIn(management.getConsumerInfo("KEEP", "reader").getClusterInfo()),
          cluster.leaderOf("KEEP", "reader").serverName());
    }
  }

  @Test
  void aKilledLeaderIsReplacedAndComesBackWithEveryAcknowledgedMessage() throws Exception {
    try (Connection connection = connect(cluster.urls())) {
      NatsServer killed = cluster.leaderOf("KEEP");
      long before = publish(connection, 20);

      killed.kill();

      NatsServer next = cluster.leaderOf("KEEP");
      assertNotSame(killed, next);
      Await.until("a publish", SOON, () -> publish(connection, 1) > before);
      killed.restart();
      cluster.awaitHealthy(SOON);
      long kept =
          connection.jetStreamManagement().getStreamInfo("KEEP").getStreamState().getMsgCount();
      assertTrue(kept > before, "%d acknowledged, %d kept".formatted(before + 1, kept));
    }
  }

  @Test
  void whoWaitsInVainIsToldWhatEachMemberSays() {
    var elections = new Elections(cluster.members(), Duration.ofMillis(1));
    String told =
        assertThrows(AssertionError.class, () -> elections.leaderOf(RaftGroup.ofStream("NOWHERE")))
            .toString();
    for (NatsServer member : cluster.members()) {
      assertTrue(told.contains(member.serverName() + ": it says"), told);
    }
    assertTrue(told.contains("  | ["), told);
  }

  @Test
  void aClientLearnsOfNoOtherMember() throws Exception {
    for (NatsServer member : cluster.members()) {
      try (Connection connection = connect(member.url())) {
        assertEquals(List.of(), connection.getServerInfo().getConnectURLs());
        assertEquals(member.serverName(), connection.getServerInfo().getServerName());
      }
    }
  }

  @Test
  void aTakenPortLeadsToAnotherStartAndAnAdvertisingClusterTellsItsMembers(@TempDir Path other)
      throws Exception {
    try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterPorts free = ClusterPorts.pick();
      List<Integer> routes =
          List.of(free.routes().get(0), free.routes().get(1), holder.getLocalPort());
      Queue<ClusterPorts> picks =
          new ArrayDeque<>(
              List.of(new ClusterPorts(free.clients(), free.monitors(), routes), free));

      try (NatsCluster second = NatsCluster.start(other, true, picks::remove);
          Connection connection = connect(second.members().getFirst().url())) {
        assertTrue(picks.isEmpty());
        assertEquals(3, connection.getServerInfo().getConnectURLs().size());
      }
    }
  }

  private static @Nullable String leaderIn(@Nullable ClusterInfo info) {
    return info == null ? null : info.getLeader();
  }

  private static long publish(Connection connection, int messages) throws Exception {
    long last = 0;
    for (int i = 0; i < messages; i++) {
      last =
          connection
              .jetStream()
              .publish("keep.it", ("message " + i).getBytes(StandardCharsets.UTF_8))
              .getSeqno();
    }
    return last;
  }

  private static Connection connect(String urls) throws Exception {
    return Nats.connect(
        Options.builder()
            .servers(urls.split(",", -1))
            .connectionTimeout(Duration.ofSeconds(5))
            .reconnectWait(Duration.ofMillis(100))
            .maxReconnects(-1)
            .errorListener(new ErrorListener() {})
            .build());
  }
}
