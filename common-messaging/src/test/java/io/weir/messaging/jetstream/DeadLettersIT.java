package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.LetterBench.PATIENCE;
import static io.weir.messaging.jetstream.LetterBench.payload;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.LetterEdit;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class DeadLettersIT {
  @RegisterExtension private final LetterBench bench = new LetterBench();
  private final DeadLetters letters = bench.letters;

  private DeadLetter poison(String value) throws InterruptedException {
    int before = letters.list(0, 1_000).size();
    bench.nats.publish("k-" + value, value);
    Await.until("a letter", PATIENCE, () -> letters.list(0, 1_000).size() == before + 1);
    return letters.list(0, 1_000).getLast();
  }

  @Test
  void aPoisonedMessageIsMendedReplayedAndDone() throws Exception {
    bench.consume();
    DeadLetter letter = poison("bad");
    DeadLetter edited = letters.edit(letter, LetterEdit.ofPayload(payload("good")), "ann@host");
    assertEquals(letter.id(), edited.id());
    assertEquals(1, edited.revision());
    assertEquals(letter.error(), edited.error());
    assertEquals(letter.headers(), edited.headers());
    assertEquals(edited, letters.find(letter.id()).orElseThrow());
    assertEquals(List.of(edited), letters.list(0, 10), "one letter, not two");
    assertTrue(
        letters.find(edited.sequence()).isEmpty(), "its place in the stream is not its name");

    var done =
        assertInstanceOf(LetterOutcome.Done.class, letters.replay(letter.id(), "ann@host", false));
    assertTrue(done.sequence() > 0);
    Await.until("the work", PATIENCE, () -> bench.handled.contains("good"));
    assertEquals(List.of(), letters.list(0, 10));
    assertEquals(List.of("edited " + letter.id(), "replayed " + letter.id()), bench.actions());
    AuditRecord record = letters.audit(1).getFirst();
    assertEquals("ann@host", record.by());
    assertEquals("dlq:%d:1".formatted(letter.id()), record.messageId());
    assertEquals(done.sequence(), record.sequence());
    assertEquals("WORK", record.stream());
  }

  @Test
  void aReplayThatFailsAgainIsALetterOfItsOwn() throws Exception {
    bench.consume();
    DeadLetter first = poison("bad");
    letters.replay(first.id());
    Await.until(
        "the next letter",
        PATIENCE,
        () -> letters.list(0, 10).stream().anyMatch(l -> l.id() > first.id()));
    DeadLetter second = letters.list(0, 10).getLast();
    assertEquals("WORK/worker", second.head().header("Weir-Replay-For").orElseThrow());
    letters.edit(second, LetterEdit.ofPayload(payload("good")), "ann");
    letters.replay(second.id());
    Await.until("the work", PATIENCE, () -> bench.handled.contains("good"));
  }

  @Test
  void twoWhoEditTheSameRevisionDoNotOverwriteEachOther() throws Exception {
    bench.consume();
    DeadLetter letter = poison("bad");
    letters.edit(letter, LetterEdit.ofPayload(payload("good by ann")), "ann");
    assertThrows(
        InvalidMessageException.class,
        () -> letters.edit(letter, LetterEdit.ofPayload(payload("good by bob")), "bob"));
    assertEquals(payload("good by ann"), letters.find(letter.id()).orElseThrow().payload());
    DeadLetter second =
        letters.edit(
            letters.find(letter.id()).orElseThrow(),
            new LetterEdit(Optional.empty(), Optional.empty(), Map.of("X-By", "bob"), Set.of()),
            "bob");
    assertEquals(2, second.revision());
    assertEquals(1, letters.list(0, 10).size());
  }

  @Test
  void ofTwoEditsAtTheSameTimeOneIsStoredAndTheOtherIsTold() throws Exception {
    bench.write(20);
    for (DeadLetter letter : letters.list(0, 100)) {
      var stored = new ConcurrentLinkedQueue<ByteString>();
      try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
        for (String by : List.of("ann", "bob")) {
          both.execute(
              () -> {
                try {
                  letters.edit(letter, LetterEdit.ofPayload(payload("good by " + by)), by);
                  stored.add(payload("good by " + by));
                } catch (InvalidMessageException e) {
                  // The other one was faster.
                }
              });
        }
      }
      assertEquals(1, stored.size());
      assertEquals(stored.peek(), letters.find(letter.id()).orElseThrow().payload());
    }
    assertEquals(20, letters.list(0, 100).size());
  }

  @Test
  void anEditMustFitIntoTheStreamThatTheLetterGoesBackTo() throws Exception {
    bench.consume();
    DeadLetter letter = poison("bad");
    ByteString large = payload("good".repeat(260_000));
    assertThrows(
        InvalidMessageException.class,
        () -> letters.edit(letter, LetterEdit.ofPayload(large), "ann"));
    assertEquals(0, letters.find(letter.id()).orElseThrow().revision());
  }

  @Test
  void aLetterThatNobodyWouldTakeStaysWithTheReason() throws Exception {
    bench.write(1);
    var failed = assertInstanceOf(LetterOutcome.Failed.class, letters.replay(1, "ann", false));
    assertTrue(failed.reason().contains("consumer worker of WORK would not get"), failed::reason);
    bench.nats.observer.jetStreamManagement().deleteStream("WORK");
    failed = assertInstanceOf(LetterOutcome.Failed.class, letters.replay(1, "ann", false));
    assertTrue(failed.reason().contains("no stream stores"), failed::reason);
    assertEquals(1, letters.list(0, 10).size());
    assertInstanceOf(LetterOutcome.Missing.class, letters.replay(2, "ann", false));
  }

  @Test
  void aLetterSentElsewhereByAnEditIsForWhoeverReadsThere() throws Exception {
    bench.write(1);
    letters.edit(
        letters.find(1).orElseThrow(),
        new LetterEdit(Optional.empty(), Optional.of("result.k"), Map.of(), Set.of()),
        "ann");
    assertInstanceOf(LetterOutcome.Done.class, letters.replay(1, "ann", false));
    Map<String, String> headers =
        MessageHeaders.read(
            bench.nats.observer.jetStreamManagement().getMessage("RESULTS", 1).getHeaders());
    assertEquals("dlq:1:1", headers.get("Nats-Msg-Id"));
    assertTrue(!headers.containsKey("Weir-Replay-For"));
  }

  @Test
  void discardedIsGoneForGoodAndOnRecord() throws Exception {
    bench.write(2);
    DeadLetter seenBefore = letters.find(1).orElseThrow();
    assertInstanceOf(LetterOutcome.Done.class, letters.discard(1, "ann"));
    assertInstanceOf(LetterOutcome.Missing.class, letters.discard(1, "ann"));
    assertEquals(List.of(2L), letters.list(0, 10).stream().map(DeadLetter::id).toList());
    assertEquals(List.of("discarded 1"), bench.actions());
    assertInstanceOf(LetterOutcome.Missing.class, letters.remove(seenBefore), "by somebody else");
    bench.write("good-3", 3);
    letters.discard(2, "ann");
    assertInstanceOf(LetterOutcome.Missing.class, letters.remove(seenBefore), "between others");
  }

  @Test
  void whatSomebodyPublishedByHandBreaksNoListing() throws Exception {
    bench.write(1);
    bench.nats.observer.jetStream().publish("dlq.x.y", "by hand".getBytes(StandardCharsets.UTF_8));
    bench.write(2);
    List<DeadLetter> all = letters.list(0, 10);
    assertEquals(3, all.size());
    DeadLetter byHand = all.get(1);
    assertEquals("x", byHand.stream());
    assertTrue(!byHand.head().flaws().isEmpty());
    assertInstanceOf(LetterOutcome.Failed.class, letters.replay(byHand.id(), "ann", false));
    assertInstanceOf(LetterOutcome.Done.class, letters.discard(byHand.id(), "ann"));
  }

  @Test
  void aLetterOfAMessageWithManyHeadersIsStoredWithItsPayloadWhole() throws Exception {
    bench.consume();
    Headers headers = new Headers();
    for (int i = 0; i < 6_000; i++) {
      headers.put("h" + i, "v");
    }
    headers.put("Weir-Correlation-Id", "c-1");
    byte[] payload = payload("bad" + "x".repeat(900_000)).toByteArray();
    bench
        .nats
        .observer
        .jetStream()
        .publish(NatsMessage.builder().subject("work.h").headers(headers).data(payload).build());
    Await.until("the letter", PATIENCE, () -> letters.list(0, 10).size() == 1);
    DeadLetter letter = letters.list(0, 10).getFirst();
    assertEquals(ByteString.copyFrom(payload), letter.payload());
    assertEquals("c-1", letter.head().correlationId());
    assertTrue(letter.head().flaws().getFirst().contains("of 6001 headers"));
  }
}
