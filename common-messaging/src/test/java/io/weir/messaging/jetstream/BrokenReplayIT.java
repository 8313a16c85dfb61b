package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.LetterBench.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.deadletter.LetterEdit;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.messaging.deadletter.ReplayIntent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class BrokenReplayIT {
  @RegisterExtension private final LetterBench bench = new LetterBench();
  private final DeadLetters letters = bench.letters;

  /** As a process leaves it that was killed between the publish and the audit record. */
  private void brokenOff(long id, Instant at, long lastSequence) throws InterruptedException {
    DeadLetterHead letter = letters.find(id).orElseThrow().head();
    var broker =
        new Broker(
            "test", BrokerSettings.local(bench.nats.server.url()), new SimpleMeterRegistry());
    broker.start();
    try {
      new ReplayLedger(broker)
          .beginAnew(id, new ReplayIntent(0, letter.storedAt(), at, "WORK", lastSequence));
    } finally {
      broker.close();
    }
  }

  private void publishAsReplay(String id, String value) throws Exception {
    Headers headers = new Headers();
    headers.put("Nats-Msg-Id", id);
    bench
        .nats
        .observer
        .jetStream()
        .publish(
            NatsMessage.builder()
                .subject("work.k")
                .headers(headers)
                .data(payload(value).toByteArray())
                .build());
  }

  @Test
  void aReplayKilledBeforeItsPublishIsPublishedByTheNextHoweverLate() throws Exception {
    bench.consumerWithoutReader();
    bench.write(1);
    brokenOff(1, Instant.now().minus(Duration.ofHours(2)), 0);
    assertInstanceOf(LetterOutcome.Done.class, letters.replay(1, "ann", false));
    assertEquals(1, bench.nats.stored("WORK"));
  }

  @Test
  void aReplayKilledAfterItsPublishIsFoundInTheStreamAndNotPublishedAgain() throws Exception {
    bench.consumerWithoutReader();
    bench.write(1);
    publishAsReplay("dlq:1:0", "good-1");
    // Too long ago for the server to know the message id.
    brokenOff(1, Instant.now().minus(Duration.ofHours(2)), 0);
    var done = assertInstanceOf(LetterOutcome.Done.class, letters.replay(1, "ann", false));
    assertTrue(done.before());
    assertEquals(1, done.sequence());
    assertEquals(1, bench.nats.stored("WORK"));
    assertEquals(List.of("replayed 1"), bench.actions());
    assertEquals(List.of(), letters.list(0, 10));
  }

  @Test
  void aReplayThatCanNotBeToldFromNoneIsUncertainUntilAPersonDecides() throws Exception {
    bench.consumerWithoutReader();
    bench.write(1);
    // Something was stored after the attempt, and has been consumed: it may have been this letter.
    bench.nats.publish("k", "good-other");
    bench.nats.observer.jetStreamManagement().deleteMessage("WORK", 1);
    brokenOff(1, Instant.now().minus(Duration.ofHours(2)), 0);
    assertInstanceOf(LetterOutcome.Uncertain.class, letters.replay(1, "ann", false));
    assertEquals(0, bench.nats.stored("WORK"));
    assertEquals(1, letters.list(0, 10).size());
    assertThrows(
        InvalidMessageException.class,
        () ->
            letters.edit(letters.find(1).orElseThrow(), LetterEdit.ofPayload(payload("x")), "ann"));
    assertInstanceOf(LetterOutcome.Done.class, letters.replay(1, "ann", true));
    assertEquals(1, bench.nats.stored("WORK"));
  }

  @Test
  void aReplayKilledAMomentAgoIsSentAgainAndStoredOnlyOnce() throws Exception {
    bench.consumerWithoutReader();
    bench.write(1);
    publishAsReplay("dlq:1:0", "good-1");
    bench.nats.observer.jetStreamManagement().deleteMessage("WORK", 1);
    brokenOff(1, Instant.now(), 0);
    assertInstanceOf(LetterOutcome.Done.class, letters.replay(1, "ann", false));
    assertEquals(0, bench.nats.stored("WORK"), "the server knew its id");
    assertEquals(List.of("replayed 1"), bench.actions());
  }

  @Test
  void aReplayKilledBeforeItRemovedTheLetterIsOnlyTidiedUp() throws Exception {
    bench.consumerWithoutReader();
    bench.write(1);
    DeadLetterHead letter = letters.find(1).orElseThrow().head();
    audited(letter);
    brokenOff(1, Instant.now().minus(Duration.ofHours(2)), 0);
    assertInstanceOf(LetterOutcome.Done.class, letters.replay(1, "ann", false));
    assertEquals(0, bench.nats.stored("WORK"), "the record says that it was published");
    assertEquals(List.of(), letters.list(0, 10));
  }

  private void audited(DeadLetterHead letter) {
    Headers headers = new Headers();
    headers.put("Nats-Msg-Id", "audit");
    byte[] record =
        AuditRecord.of(AuditRecord.Action.REPLAYED, "ann", Instant.now(), letter, 7, "").toJson();
    var _ = bench.nats.messaging.publisher().send("dlq-audit.replayed.1", headers, record);
  }
}
