package io.weir.messaging.jetstream;

import io.weir.messaging.jetstream.PublishAnswer.Stored;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads the acknowledgement that nearly every publish gets, such as {@code
 * {"stream":"S","seq":7,"duplicate": true}}, without a tree of objects: the client's reader of JSON
 * was a third of the time that an answer took. What looks otherwise in any way is left to it. Pure.
 */
final class PlainAck {
  private static final byte[] STREAM = "{\"stream\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SEQUENCE = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DUPLICATE = "\"duplicate\":".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);

  /** So that no number is too large for a long. */
  private static final int MOST_DIGITS = 18;

  private final byte[] json;
  private int at;

  private PlainAck(byte[] json) {
    this.json = json;
  }

  /** Null when it is not of that form. */
  static @Nullable Stored read(byte[] json) {
    return new PlainAck(json).read();
  }

  private @Nullable Stored read() {
    if (!takes(STREAM) || !takesRestOfString() || !takesByte(',') || !takes(SEQUENCE)) {
      return null;
    }
    long sequence = number();
    boolean duplicate = takesByte(',') && takes(DUPLICATE) && takes(TRUE);
    boolean whole = takesByte('}') && at == json.length;
    return whole && sequence > 0 ? new Stored(sequence, duplicate) : null;
  }

  /** Steps over {@code text} and the spaces before it, if it is next. */
  private boolean takes(byte[] text) {
    skipSpaces();
    for (int i = 0; i < text.length; i++) {
      if (at + i >= json.length || json[at + i] != text[i]) {
        return false;
      }
    }
    at += text.length;
    return true;
  }

  private boolean takesByte(char wanted) {
    skipSpaces();
    boolean there = at < json.length && json[at] == wanted;
    at += there ? 1 : 0;
    return there;
  }

  private boolean takesRestOfString() {
    while (at < json.length && json[at] != '"' && json[at] != '\\') {
      at++;
    }
    return takesByte('"');
  }

  /** 0 when there is none, or one that is too long. */
  private long number() {
    skipSpaces();
    int first = at;
    long number = 0;
    while (at < json.length && json[at] >= '0' && json[at] <= '9') {
      number = 10 * number + (json[at++] - '0');
    }
    return at - first > MOST_DIGITS ? 0 : number;
  }

  private void skipSpaces() {
    while (at < json.length && json[at] == ' ') {
      at++;
    }
  }
}
