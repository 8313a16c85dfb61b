package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class MongoFrameReaderTest {
  private static final byte[] FIND =
      MongoMessages.command(7, "{find: 'jobs', filter: {_id: 'j1'}, $db: 'weir'}", "");
  private static final byte[] UPDATE =
      MongoMessages.command(
          8,
          "{update: 'jobs', ordered: true, $db: 'weir'}",
          "updates",
          "{q: {_id: 'j1'}, u: {$set: {status: 'done'}}}",
          "{q: {_id: 'j2'}, u: {$set: {status: 'done'}}}");

  @Test
  void commandsAreKnownByNameAndCollectionAndWhatTheyBring() throws IOException {
    MongoFrameReader frames = reader(FIND, UPDATE);
    MongoFrame find = next(frames);
    assertTrue(find.isCommand());
    assertEquals("find", find.command());
    assertEquals("jobs", find.collection());
    assertEquals("j1", find.body().getDocument("filter").getString("_id").getValue());
    assertTrue(find.mentions("j1"));
    assertFalse(find.mentions("j2"));
    MongoFrame update = next(frames);
    assertEquals("update", update.command());
    assertEquals(2, update.documents().size());
    assertEquals("j2", update.documents().getLast().getDocument("q").getString("_id").getValue());
    assertNull(frames.next());
  }

  @Test
  void anAnswerIsKnownByItsQuestion() throws IOException {
    byte[] answer = MongoMessages.command(99, "{ok: 1.0}", "");
    answer[8] = 7; // in response to
    MongoFrameReader frames = reader(FIND, UPDATE, answer);
    MongoFrame find = next(frames);
    MongoFrame update = next(frames);
    MongoFrame last = next(frames);
    assertFalse(last.isCommand());
    assertEquals("", last.command());
    assertTrue(last.answers(find));
    assertFalse(last.answers(update));
  }

  @Test
  void noByteIsLostWhateverComes() throws IOException {
    byte[] greeting = MongoMessages.command(1, "{hello: 1}", "");
    greeting[12] = (byte) 0xD4; // OP_QUERY, which only its head is read of
    byte[] cut = Arrays.copyOf(UPDATE, UPDATE.length - 9);
    byte[] all = joined(greeting, FIND, UPDATE, cut);
    var passed = new ByteArrayOutputStream();
    MongoFrameReader frames = reader(all);
    for (MongoFrame frame = frames.next(); frame != null; frame = frames.next()) {
      frame.writeTo(passed);
    }
    assertArrayEquals(all, passed.toByteArray());
  }

  @Test
  void whatIsNoMongoIsRefused() {
    assertThrows(
        IOException.class, () -> reader("GET / HTTP/1.1".getBytes(StandardCharsets.UTF_8)).next());
  }

  private static MongoFrame next(MongoFrameReader frames) throws IOException {
    return Objects.requireNonNull(frames.next());
  }

  private static MongoFrameReader reader(byte[]... messages) {
    return new MongoFrameReader(new ByteArrayInputStream(joined(messages)));
  }

  private static byte[] joined(byte[]... parts) {
    var all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
