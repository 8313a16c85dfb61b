package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // closing a jnats connection may be interrupted, which may fail a test
class NatsServerIT {

  @TempDir Path directory;

  @Test
  void acknowledgedMessagesSurviveKillAndRestartOnTheSamePort() throws Exception {
    try (NatsServer server = NatsServer.start(directory)) {
      int port = server.port();
      try (Connection connection = connect(server)) {
        connection
            .jetStreamManagement()
            .addStream(
                StreamConfiguration.builder()
                    .name("KEEP")
                    .subjects("keep.>")
                    .storageType(StorageType.File)
                    .build());
        JetStream stream = connection.jetStream();
        for (int i = 0; i < 50; i++) {
          stream.publish("keep.it", ("message " + i).getBytes(StandardCharsets.UTF_8));
        }
      }

      server.kill();
      server.restart();

      assertEquals(port, server.port());
      assertEquals(50, messages(server));
      server.stop();
      assertFalse(server.isAlive());
      server.restart();
      assertEquals(50, messages(server));
    }
  }

  @Test
  void aSuspendedServerAnswersNothingUntilItIsResumed() throws Exception {
    try (NatsServer server = NatsServer.start(directory);
        Connection connection = connect(server)) {
      server.suspend();
      assertThrows(Exception.class, () -> connection.flush(Duration.ofMillis(300)));

      server.resume();

      connection.flush(Duration.ofSeconds(5));
    }
  }

  @Test
  void twoServersNeverMeet() throws Exception {
    try (NatsServer one = NatsServer.start(directory.resolve("one"));
        NatsServer two = NatsServer.start(directory.resolve("two"))) {
      assertFalse(one.port() == two.port());
      try (Connection connection = connect(two)) {
        assertEquals(two.serverName(), connection.getServerInfo().getServerName());
      }
    }
  }

  @Test
  void aServerThatCannotStartFailsWithItsLastLogLines() throws Exception {
    StackException failure =
        assertThrows(
            StackException.class,
            () ->
                NatsServer.start(
                    NatsServerOptions.in(directory).withExtraConfig("nonsense_setting: {")));

    assertTrue(
        failure.getMessage().contains("nats-server ended while it was starting"),
        failure.getMessage());
    assertTrue(failure.getMessage().contains("Parse error"), failure.getMessage());
  }

  @Test
  void aTakenPortFailsInsteadOfTalkingToWhoeverHoldsIt() throws Exception {
    try (ServerSocket holder = new ServerSocket(0)) {
      NatsServerOptions options =
          NatsServerOptions.in(directory)
              .withPorts(holder.getLocalPort(), 0)
              .withReadyWithin(Duration.ofSeconds(5));

      assertThrows(StackException.class, () -> NatsServer.start(options));
    }
  }

  @Test
  void aPlaceWithoutTheProgramSaysWhatToInstall() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    HostEnvironment wrong =
        new HostEnvironment(java.util.Map.of("WEIR_NATS_SERVER", empty.toString()));

    StackException failure =
        assertThrows(StackException.class, () -> NatsBinary.find(wrong, empty));

    assertTrue(failure.getMessage().startsWith("WEIR_NATS_SERVER is "), failure.getMessage());
  }

  @Test
  void whatIsAcknowledgedIsOnDiskWhereTheServerCanDoThat() throws Exception {
    try (NatsServer server = NatsServer.start(directory)) {
      assumeTrue(
          server.binary().isAtLeast(2, 10),
          "NOT RUN: nats-server %s can't sync at each write; WEIR_NATS_SERVER may name a newer one"
              .formatted(server.binary().version()));

      JsonNode jetStream =
          new Probe()
              .json(URI.create(server.monitorUrl() + "/varz"))
              .orElseThrow()
              .path("jetstream")
              .path("config");

      assertTrue(jetStream.path("sync_always").asBoolean(), jetStream::toString);
    }
  }

  private static long messages(NatsServer server) throws Exception {
    try (Connection connection = connect(server)) {
      return connection.jetStreamManagement().getStreamInfo("KEEP").getStreamState().getMsgCount();
    }
  }

  private static Connection connect(NatsServer server) throws Exception {
    return Nats.connect(new Options.Builder().server(server.url()).maxReconnects(-1).build());
  }
}
