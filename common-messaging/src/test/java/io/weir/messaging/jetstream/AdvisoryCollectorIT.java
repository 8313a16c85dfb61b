package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.PullSubscribeOptions;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.messaging.health.HealthCheck;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class AdvisoryCollectorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  /** Another client's stream, with a consumer that takes a message twice and never settles it. */
  private void foreign(RetentionPolicy retention) throws Exception {
    nats.observer
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder()
                .name("FOREIGN")
                .subjects("foreign.>")
                .retentionPolicy(retention)
                .build());
    nats.observer
        .jetStreamManagement()
        .addOrUpdateConsumer(
            "FOREIGN",
            ConsumerConfiguration.builder()
                .durable("lazy")
                .filterSubject("foreign.>")
                .maxDeliver(2)
                .ackWait(Duration.ofMillis(200))
                .build());
    Headers headers = new Headers();
    headers.put("Weir-Correlation-Id", "c-1");
    nats.observer
        .jetStream()
        .publish(
            NatsMessage.builder()
                .subject("foreign.a")
                .headers(headers)
                .data("the body".getBytes(StandardCharsets.UTF_8))
                .build());
    var pulls =
        nats.observer
            .jetStream()
            .subscribe("foreign.>", PullSubscribeOptions.bind("FOREIGN", "lazy"));
    for (int delivery = 1; delivery <= 2; delivery++) {
      assertEquals(1, pulls.fetch(1, Duration.ofSeconds(5)).size(), "delivery " + delivery);
    }
    // The server notices with the pull that would be the third delivery.
    assertEquals(0, pulls.fetch(1, Duration.ofSeconds(1)).size());
  }

  private DeadLetter theLetter() throws InterruptedException {
    Await.until("a letter", PATIENCE, () -> !nats.messaging.deadLetters().list(0, 10).isEmpty());
    List<DeadLetter> letters = nats.messaging.deadLetters().list(0, 10);
    assertEquals(1, letters.size());
    return letters.getFirst();
  }

  @Test
  void whatAWorkQueueDeliveredInVainBecomesALetterWithItsBodyAndCanBeReplayed() throws Exception {
    nats.started(nats.messaging.advisoryCollector());
    nats.started(nats.messaging("other").advisoryCollector());
    foreign(RetentionPolicy.WorkQueue);
    DeadLetter letter = theLetter();
    assertEquals("the body", letter.payload().toStringUtf8());
    assertEquals("c-1", letter.head().correlationId());
    assertEquals("foreign.a", letter.subject());
    assertEquals("FOREIGN", letter.stream());
    assertEquals("lazy", letter.consumer());
    assertEquals("max_deliveries", letter.errorClass());
    assertEquals(2, letter.attempts());
    Await.until("its removal from the queue", PATIENCE, () -> nats.stored("FOREIGN") == 0);
    Await.until("the advisory settled", PATIENCE, () -> nats.stored("ADVISORIES") == 0);
    assertInstanceOf(
        LetterOutcome.Done.class, nats.messaging.deadLetters().replay(letter.id(), "ann", false));
    assertEquals(1, nats.stored("FOREIGN"));
  }

  @Test
  void aStreamKeptByLimitsKeepsTheMessage() throws Exception {
    nats.started(nats.messaging.advisoryCollector());
    foreign(RetentionPolicy.Limits);
    assertEquals("the body", theLetter().payload().toStringUtf8());
    Await.until("the advisory settled", PATIENCE, () -> nats.stored("ADVISORIES") == 0);
    assertEquals(1, nats.stored("FOREIGN"));
  }

  @Test
  void anAdvisoryOfAMessageThatIsGoneIsSettled() throws Exception {
    var collector = nats.started(nats.messaging.advisoryCollector());
    nats.observer.publish(
        "$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.WORK.worker",
        """
        {"type":"io.nats.jetstream.advisory.v1.max_deliver","timestamp":"2026-01-31T12:00:00Z",
         "stream":"WORK","consumer":"worker","stream_seq":99,"deliveries":3}"""
            .getBytes(StandardCharsets.UTF_8));
    Await.until(
        "it came",
        PATIENCE,
        () ->
            nats.observer
                    .jetStreamManagement()
                    .getStreamInfo("ADVISORIES")
                    .getStreamState()
                    .getLastSequence()
                == 1);
    Await.until("the advisory settled", PATIENCE, () -> nats.stored("ADVISORIES") == 0);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
    assertEquals(HealthCheck.Status.OK, collector.checks().getFirst().status());
  }

  @Test
  void whereAnotherStreamHasTheAdvisoriesItSaysSoAndTheServiceGoesOn() throws Exception {
    nats.observer
        .jetStreamManagement()
        .addStream(
            StreamConfiguration.builder().name("THEIRS").subjects("$JS.EVENT.ADVISORY.>").build());
    var collector = nats.started(nats.messaging.advisoryCollector());
    HealthCheck check = collector.checks().getFirst();
    assertEquals(HealthCheck.Status.DEGRADED, check.status());
    assertTrue(check.reason().contains("overlap"), check::reason);
    assertEquals(false, check.blocksReadiness());
  }
}
