package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.JetStreamManagement;
import io.nats.client.PullSubscribeOptions;
import io.nats.client.PurgeOptions;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is removed after a kill of the server, and what must not be. */
final class LeftoversIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private JetStreamManagement management;
  private Broker broker;
  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private final CountDownLatch go = new CountDownLatch(1);

  @BeforeEach
  void start() throws Exception {
    management = nats.observer.jetStreamManagement();
    broker =
        new Broker("looker", BrokerSettings.local(nats.server.url()), new SimpleMeterRegistry());
    broker.start();
  }

  @AfterEach
  void stop() throws Exception {
    go.countDown();
    broker.close();
  }

  private void consume() throws Exception {
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              handled.add(delivery.payload().getValue());
              if (delivery.payload().getValue().startsWith("slow")) {
                go.await();
              }
              return Outcome.done();
            },
            ConsumerOptions.DEFAULT));
  }

  private void takeTheSecondInHand() throws Exception {
    consume();
    nats.publish("k", "done");
    Await.until("the first is done", PATIENCE, () -> nats.stored("WORK") == 0);
    nats.publish("k", "slow");
    Await.until("the second is in hand", PATIENCE, () -> nats.ackPending() == 1);
  }

  /** Purges all before the message in hand, which is nothing. */
  private long purged() throws Exception {
    return management
        .purgeStream("WORK", PurgeOptions.builder().sequence(2).subject(">").build())
        .getPurged();
  }

  /** The reason for deleting one by one; a server that passes this one may be purged again. */
  @Test
  void aPurgeThatRemovesNothingMakesAnOldServerForgetWhatItAwaits() throws Exception {
    assumeFalse(nats.server.binary().isAtLeast(2, 10));
    takeTheSecondInHand();
    assertEquals(0, purged());
    assertEquals(0, nats.ackPending(), "the server would have to await it still");
    assertEquals(1, nats.stored("WORK"));
  }

  @Test
  void looksWhileMessagesAreInHandLeaveThemToTheirHandlers() throws Exception {
    takeTheSecondInHand();
    var leftovers = new Leftovers(broker, List.of(SPEC), new OwnSettlements());
    for (int look = 0; look < 3; look++) {
      leftovers.remove(Instant.now());
    }
    assertEquals(1, nats.ackPending());
    assertEquals(1, nats.stored("WORK"));
  }

  /** As after a kill between the removal of a message and the note that it is acknowledged. */
  @Test
  void whatIsAwaitedThoughItIsGoneHoldsUpNothing() throws Exception {
    assumeFalse(nats.server.binary().isAtLeast(2, 10));
    var _ =
        management.addOrUpdateConsumer(
            "WORK",
            ConsumerConfiguration.builder()
                .durable(SPEC.durable())
                .ackPolicy(AckPolicy.Explicit)
                .build());
    nats.publish("k", "gone");
    String delivery =
        nats.observer
            .jetStream()
            .subscribe(null, PullSubscribeOptions.bind("WORK", SPEC.durable()))
            .fetch(1, PATIENCE)
            .getFirst()
            .getReplyTo();
    nats.server.stop();
    byte[] awaited = Files.readAllBytes(consumerState());
    nats.server.restart();
    Await.until("acknowledged", PATIENCE, () -> isAnswered(delivery));
    Await.until("removed", PATIENCE, () -> nats.stored("WORK") == 0);
    nats.server.kill();
    Files.write(consumerState(), awaited);
    nats.server.restart();
    Await.until("awaited again", PATIENCE, () -> nats.ackPending() == 1);
    assertEquals(0, nats.stored("WORK"));
    var leftovers = new Leftovers(broker, List.of(SPEC), new OwnSettlements());
    Await.until(
        "awaited no more",
        PATIENCE,
        () -> {
          leftovers.remove(Instant.now());
          return nats.ackPending() == 0;
        });
  }

  private boolean isAnswered(String delivery) throws InterruptedException {
    try {
      return nats.observer.request(delivery, "+ACK".getBytes(UTF_8), Duration.ofSeconds(1)) != null;
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private Path consumerState() throws IOException {
    try (Stream<Path> files = Files.walk(nats.folder)) {
      return files
          .filter(file -> file.endsWith(Path.of("WORK", "obs", SPEC.durable(), "o.dat")))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void whatWasForgottenUnderAnUnbrokenConnectionIsNotTakenForDone() throws Exception {
    assumeFalse(nats.server.binary().isAtLeast(2, 10));
    Instant connected = Instant.now().minusSeconds(1);
    takeTheSecondInHand();
    assertEquals(0, purged());
    assertEquals(0, nats.ackPending());
    var leftovers = new Leftovers(broker, List.of(SPEC), new OwnSettlements());
    for (int look = 0; look < 3; look++) {
      leftovers.remove(connected);
    }
    assertEquals(1, nats.stored("WORK"));
  }

  @Test
  void whatAnEarlierConnectionLeftIsRemovedAtTheSecondLook() throws Exception {
    assumeFalse(nats.server.binary().isAtLeast(2, 10));
    takeTheSecondInHand();
    assertEquals(0, purged());
    var leftovers = new Leftovers(broker, List.of(SPEC), new OwnSettlements());
    leftovers.remove(Instant.now().plusSeconds(1));
    assertEquals(1, nats.stored("WORK"), "one look is not enough");
    leftovers.remove(Instant.now().plusSeconds(1));
    assertEquals(0, nats.stored("WORK"));
  }
}
