package io.weir.messaging.deadletter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.weir.messaging.InvalidMessageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

final class LetterHeadersTest {
  private static final String SUBJECT = "dlq.REVIEW_JOBS.review-high";

  private static DeadLetterHead roundTrip(DeadLetterHead letter) {
    return LetterHeaders.read(
        letter.sequence(),
        letter.storedAt(),
        SUBJECT,
        LetterHeaders.write(letter, "id", LetterHeaders.MOST_BYTES),
        letter.size());
  }

  @Test
  void aLetterComesBackAsItWasWithAllValuesOfItsHeaders() {
    DeadLetterHead letter =
        Letters.letter(Map.of("Nats-Msg-Id", List.of("m1"), "X-Many", List.of("a", "b")));
    assertEquals(letter, roundTrip(letter));
  }

  @Test
  void anEditedLetterKeepsItsIdAndAllFacts() {
    var letter = new DeadLetter(Letters.letter(Map.of()), ByteString.copyFromUtf8("hello"));
    DeadLetter edited =
        new LetterEdit(
                Optional.of(ByteString.copyFromUtf8("bye")),
                Optional.of("review.jobs.low.review"),
                Map.of("X-New", "1"),
                Set.of())
            .apply(letter);
    DeadLetterHead read =
        LetterHeaders.read(
            99, Letters.AT, SUBJECT, LetterHeaders.write(edited.head(), "id", 60_000), 3);
    assertEquals(7, read.id());
    assertEquals(1, read.revision());
    assertEquals("dlq:7:1", read.replayId());
    assertEquals("review.jobs.low.review", read.subject());
    assertEquals(Optional.of("1"), read.header("X-New"));
    assertEquals(letter.head().error(), read.error());
    assertEquals(letter.head().firstFailed(), read.firstFailed());
  }

  @Test
  void headersThatDoNotFitAreLeftOutAndTheLetterSaysSo() {
    var headers = new LinkedHashMap<String, List<String>>();
    for (int i = 0; i < 9_000; i++) {
      headers.put("h" + i, List.of("v"));
    }
    headers.put("Weir-Correlation-Id", List.of("c-1"));
    var written = LetterHeaders.write(Letters.letter(headers), "id", LetterHeaders.MOST_BYTES - 80);
    assertTrue(LetterHeaders.bytes(written) <= LetterHeaders.MOST_BYTES);
    DeadLetterHead read = LetterHeaders.read(7, Letters.AT, SUBJECT, written, 5);
    assertEquals("c-1", read.correlationId(), "what finds the work is kept first");
    assertTrue(read.headers().size() > 1_000, "as many as fit");
    assertTrue(read.flaws().getFirst().contains("of 9001 headers"), read.flaws()::toString);
  }

  @Test
  void whatSomebodyWroteByHandIsShownAsFarAsItGoes() {
    DeadLetterHead read =
        LetterHeaders.read(
            5,
            Letters.AT,
            "dlq.x.y",
            Map.of("Weir-Dead-Attempts", List.of("many"), "Weir-Dead-Class", List.of("dead")),
            3);
    assertEquals("x", read.stream());
    assertEquals("y", read.consumer());
    assertEquals("dead", read.errorClass());
    assertEquals(0, read.attempts());
    assertTrue(read.flaws().contains("header Weir-Dead-Attempts is many"), read.flaws()::toString);
    assertTrue(read.flaws().contains("no header Weir-Dead-Subject"), read.flaws()::toString);
  }

  @Test
  void anEditCanNotSetWhatCanNotBeSentOrIsNotTheEditorsToSet() {
    var letter = new DeadLetter(Letters.letter(Map.of()), ByteString.EMPTY);
    for (String name : List.of("a b", "", "a:b", "Nats-Msg-Id", "nats-rollup", "Weir-Replay-For")) {
      var edit = new LetterEdit(Optional.empty(), Optional.empty(), Map.of(name, "v"), Set.of());
      Assertions.assertThrows(InvalidMessageException.class, () -> edit.apply(letter), name);
    }
    for (String subject : List.of("a..b", "a.*", "a b", ">")) {
      var edit = new LetterEdit(Optional.empty(), Optional.of(subject), Map.of(), Set.of());
      Assertions.assertThrows(InvalidMessageException.class, () -> edit.apply(letter), subject);
    }
  }
}
