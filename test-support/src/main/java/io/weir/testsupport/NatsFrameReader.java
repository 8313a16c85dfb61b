package io.weir.testsupport;

import io.weir.testsupport.NatsFrame.Body;
import io.weir.testsupport.NatsFrame.Verb;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one direction of a NATS connection into frames. No byte is lost: the frames, written one
 * after the other, are what was read. For use by one thread.
 */
final class NatsFrameReader implements FrameTap.Reader<NatsFrame> {

  /** Far more than the {@code INFO} of any server and the {@code CONNECT} of any client. */
  static final int MAX_LINE_BYTES = 1 << 20;

  /** The most that a server's {@code max_payload} may allow. */
  static final int MAX_BODY_BYTES = 64 << 20;

  private static final int LINE_END_BYTES = 2;

  private final InputStream in;

  NatsFrameReader(InputStream in) {
    this.in = new BufferedInputStream(in, 64 << 10);
  }

  /**
   * Waits for a whole frame; null at the end of the stream. What a sender left unfinished is a
   * frame of its own.
   *
   * @throws IOException also when a line or a body is longer than NATS allows
   */
  @Override
  public @Nullable NatsFrame next() throws IOException {
    byte[] line = line();
    if (line.length == 0) {
      return null;
    }
    if (line[line.length - 1] != '\n') {
      return NatsFrame.line(Verb.OTHER, "", line);
    }
    String[] words = new String(line, StandardCharsets.UTF_8).strip().split("[ \t]+", -1);
    Verb verb = Verb.of(words[0]);
    return switch (verb) {
      case PUB, HPUB, MSG, HMSG -> withBody(line, verb, words);
      case SUB -> NatsFrame.line(verb, words.length > 1 ? words[1] : "", line);
      default -> NatsFrame.line(verb, "", line);
    };
  }

  /** {@code verb subject [sid, if delivered] [reply-to] [bytes of headers, if any] bytes}. */
  private NatsFrame withBody(byte[] line, Verb verb, String[] words) throws IOException {
    int numbers = verb == Verb.HPUB || verb == Verb.HMSG ? 2 : 1;
    int numbersAt = words.length - numbers;
    int afterSubject = verb == Verb.MSG || verb == Verb.HMSG ? 3 : 2;
    int total = numbersAt < afterSubject ? -1 : size(words[words.length - 1]);
    int headers = numbers == 2 && total >= 0 ? size(words[numbersAt]) : 0;
    if (headers < 0 || total < headers) {
      return NatsFrame.line(Verb.OTHER, "", line); // malformed: the receiver says so
    }
    if (total > MAX_BODY_BYTES) {
      throw new IOException("a body of %d bytes is no NATS".formatted(total));
    }
    byte[] body = in.readNBytes(total + LINE_END_BYTES);
    byte[] raw = Arrays.copyOf(line, line.length + body.length);
    System.arraycopy(body, 0, raw, line.length, body.length);
    if (body.length < total + LINE_END_BYTES) {
      return NatsFrame.line(Verb.OTHER, "", raw);
    }
    return NatsFrame.withBody(
        verb,
        words[1],
        numbersAt > afterSubject ? Optional.of(words[afterSubject]) : Optional.empty(),
        raw,
        new Body(line.length, line.length + headers, line.length + total));
  }

  /** -1 when it is none. */
  private static int size(String word) {
    try {
      return Math.max(-1, Integer.parseInt(word));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** With its end; without one at the end of the stream. */
  private byte[] line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    for (int next = in.read(); next >= 0; next = in.read()) {
      line.write(next);
      if (next == '\n') {
        break;
      }
      if (line.size() == MAX_LINE_BYTES) {
        throw new IOException("a line of %d bytes is no NATS".formatted(MAX_LINE_BYTES));
      }
    }
    return line.toByteArray();
  }
}
