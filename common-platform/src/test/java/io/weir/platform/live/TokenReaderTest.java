package io.weir.platform.live;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import io.weir.messaging.Tailed;
import io.weir.platform.live.TokenReader.Place;
import io.weir.proto.v1.LlmChunk;
import io.weir.proto.v1.LlmChunk.Ending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenReaderTest {
  private final List<String> told = new ArrayList<>();

  private final TokenReader.Listener listener =
      new TokenReader.Listener() {
        @Override
        public void begins(int attempt) {
          told.add("attempt " + attempt);
        }

        @Override
        public void chunk(ByteString json) {
          told.add(json.toStringUtf8());
        }

        @Override
        public void missing(int chunks) {
          told.add("missing " + chunks);
        }

        @Override
        public void ends(Ending how) {
          told.add(how.name());
        }
      };

  private final TokenReader reader = new TokenReader(Place.START, listener);

  @Test
  void whoGoesOnWhereAnotherHasLeftIsToldEachChunkOnce() {
    reader.message(said(11, 1, 1, "a"));
    reader.message(said(14, 1, 2, "b", "c"));
    assertEquals(new Place(14, 1, 4), reader.place());
    var next = new TokenReader(reader.place(), listener);
    next.message(said(14, 1, 2, "b", "c")); // heard before
    next.message(said(15, 1, 4, "d"));
    next.message(ended(16, 1, 5, Ending.ENDING_WHOLE));
    assertEquals(List.of("attempt 1", "a", "b", "c", "d", "ENDING_WHOLE"), told);
  }

  @Test
  void aFurtherAttemptBeginsAnewAndTheOneBeforeIsNotHeardAnyMore() {
    reader.message(said(1, 1, 1, "a", "b"));
    reader.message(said(2, 2, 1, "x"));
    reader.message(said(3, 1, 3, "c")); // from a gateway that hung
    reader.message(ended(4, 2, 2, Ending.ENDING_BROKEN));
    reader.message(ended(5, 3, 1, Ending.ENDING_STORED));
    assertEquals(
        List.of(
            "attempt 1", "a", "b", "attempt 2", "x", "ENDING_BROKEN", "attempt 3", "ENDING_STORED"),
        told);
  }

  @Test
  void whatIsNotThereIsTold() {
    reader.message(said(9, 1, 4, "d")); // the stream has dropped the beginning
    reader.message(said(10, 1, 7, "g"));
    reader.message(ended(11, 1, 9, Ending.ENDING_WHOLE));
    assertEquals(
        List.of("attempt 1", "missing 3", "d", "missing 2", "g", "missing 1", "ENDING_WHOLE"),
        told);
  }

  @Test
  void aStreamThatWasMadeAnewIsReadFromItsBeginning() {
    reader.message(said(500, 1, 1, "a"));
    reader.following(true);
    reader.message(said(1, 1, 2, "b"));
    assertEquals(List.of("attempt 1", "a", "b"), told);
  }

  private static Tailed<LlmChunk> said(long sequence, int attempt, int number, String... chunks) {
    LlmChunk.Builder message = LlmChunk.newBuilder().setAttempt(attempt).setNumber(number);
    for (String chunk : chunks) {
      message.addChunkJson(ByteString.copyFromUtf8(chunk));
    }
    return new Tailed<>(sequence, "ai.llm.stream.c", Instant.EPOCH, message.build());
  }

  private static Tailed<LlmChunk> ended(long sequence, int attempt, int number, Ending how) {
    return new Tailed<>(
        sequence,
        "ai.llm.stream.c",
        Instant.EPOCH,
        LlmChunk.newBuilder().setAttempt(attempt).setNumber(number).setEnding(how).build());
  }
}
