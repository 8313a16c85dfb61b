package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.Connection;
import io.nats.client.ErrorListener;
import io.nats.client.JetStreamSubscription;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.PublishOptions;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.PublishAck;
import io.nats.client.api.StreamConfiguration;
import io.weir.localstack.NatsServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // closing a jnats connection may be interrupted, which may fail a test
class NatsTapIT {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final byte[] PAYLOAD = new byte[] {'\r', '\n', 0, -1};

  private NatsServer server;
  private NatsTap tap;
  private Connection connection;

  @BeforeEach
  void start(@TempDir Path directory) throws Exception {
    server = NatsServer.start(directory);
    tap = NatsTap.to(server.port());
    connection = connect();
    connection
        .jetStreamManagement()
        .addStream(StreamConfiguration.builder().name("KEEP").subjects("keep.>").build());
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    tap.close();
    server.close();
  }

  @Test
  void aPublishWhoseAcknowledgementIsLostIsStored() throws Exception {
    CompletableFuture<NatsFrame> lost =
        tap.onAnswerTo(
            1, frame -> frame.subject().equals("keep.it"), Reaction.instead(frame -> {}));

    assertThrows(IOException.class, () -> publish(connection, "m-1"));

    assertTrue(lost.get(5, TimeUnit.SECONDS).text().contains("\"seq\":1"));
    assertTrue(publish(connection, "m-1").isDuplicate());
  }

  @Test
  void anAcknowledgementThatIsLostMakesTheServerDeliverAgain() throws Exception {
    var _ = publish(connection, "m-1");
    JetStreamSubscription reader =
        connection
            .jetStream()
            .subscribe(
                "keep.it",
                PullSubscribeOptions.builder()
                    .durable("reader")
                    .configuration(
                        ConsumerConfiguration.builder().ackWait(Duration.ofMillis(500)).build())
                    .build());
    CompletableFuture<NatsFrame> lost =
        tap.onClientFrame(1, NatsFrame::isAcknowledgement, Reaction.instead(frame -> {}));

    Message first = reader.fetch(1, SOON).getFirst();
    first.ack();
    Message second = reader.fetch(1, SOON).getFirst();
    second.ackSync(SOON);

    assertEquals(1, first.metaData().deliveredCount());
    assertEquals(2, second.metaData().deliveredCount());
    assertEquals(first.getReplyTo(), lost.get(5, TimeUnit.SECONDS).subject());
    assertEquals(
        0, connection.jetStreamManagement().getConsumerInfo("KEEP", "reader").getNumAckPending());
  }

  @Test
  void aServerThatIsKilledAtAPublishNeverHasIt() throws Exception {
    try (Connection other = connect()) {
      var _ = publish(other, "m-1");
      CompletableFuture<NatsFrame> killed =
          tap.onClientFrame(
              1,
              frame -> frame.header("Nats-Msg-Id").filter("m-2"::equals).isPresent(),
              Reaction.before(frame -> server.kill()));

      assertThrows(IOException.class, () -> publish(connection, "m-2"));
      killed.get(5, TimeUnit.SECONDS);
      server.restart();

      Await.until(
          "the first one alone",
          SOON,
          () ->
              other.jetStreamManagement().getStreamInfo("KEEP").getStreamState().getMsgCount()
                  == 1);
      Await.until("a publish", SOON, () -> !publish(connection, "m-2").isDuplicate());
    }
  }

  @Test
  void aClientThatHangsUpAfterAPublishHasPublished() throws Exception {
    CompletableFuture<NatsFrame> left =
        tap.onClientFrame(
            1, NatsFrame::isPublish, Reaction.<NatsFrame>after(frame -> {}).andHangUp());

    connection.publish("keep.it", PAYLOAD);
    left.get(5, TimeUnit.SECONDS);
    Await.until("a new connection", SOON, () -> connection.getStatistics().getReconnects() == 1);

    Await.until(
        "the message",
        SOON,
        () ->
            connection.jetStreamManagement().getStreamInfo("KEEP").getStreamState().getMsgCount()
                == 1);
    assertArrayEquals(PAYLOAD, connection.jetStreamManagement().getMessage("KEEP", 1).getData());
  }

  private static PublishAck publish(Connection connection, String id) throws Exception {
    return connection
        .jetStream()
        .publish("keep.it", PAYLOAD, PublishOptions.builder().messageId(id).build());
  }

  private Connection connect() throws Exception {
    return Nats.connect(
        Options.builder()
            .server(tap.url())
            .reconnectWait(Duration.ofMillis(50))
            .maxReconnects(-1)
            .connectionTimeout(Duration.ofSeconds(1))
            .errorListener(new ErrorListener() {})
            .build());
  }
}
