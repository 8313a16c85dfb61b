package io.weir.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * One frame of the NATS client protocol, as it went over the wire. Immutable.
 *
 * @see <a href="https://docs.nats.io/reference/reference-protocols/nats-protocol">the protocol</a>
 */
public final class NatsFrame implements FrameTap.Frame {

  /** What a frame is. */
  public enum Verb {
    CONNECT,
    PING,
    PONG,
    SUB,
    UNSUB,
    PUB,
    HPUB,
    INFO,
    MSG,
    HMSG,
    OK,
    ERR,
    /** A line that is none of these, or a frame that its sender did not end. */
    OTHER;

    static Verb of(String word) {
      String name = word.toUpperCase(Locale.ROOT);
      return switch (name) {
        case "+OK" -> OK;
        case "-ERR" -> ERR;
        case "OK", "ERR", "OTHER" -> OTHER;
        default ->
            Arrays.stream(values())
                .filter(verb -> verb.name().equals(name))
                .findFirst()
                .orElse(OTHER);
      };
    }
  }

  private final Verb verb;
  private final String subject;
  private final Optional<String> replyTo;
  private final byte[] raw;
  private final int headersAt;
  private final int payloadAt;
  private final int end;

  private NatsFrame(Verb verb, String subject, Optional<String> replyTo, byte[] raw, Body body) {
    this.verb = verb;
    this.subject = subject;
    this.replyTo = replyTo;
    this.raw = raw;
    this.headersAt = body.headersAt();
    this.payloadAt = body.payloadAt();
    this.end = body.end();
  }

  /** Where the parts of a body begin and end within the raw bytes. */
  record Body(int headersAt, int payloadAt, int end) {

    static Body none(byte[] raw) {
      return new Body(raw.length, raw.length, raw.length);
    }
  }

  static NatsFrame line(Verb verb, String subject, byte[] raw) {
    return new NatsFrame(verb, subject, Optional.empty(), raw, Body.none(raw));
  }

  static NatsFrame withBody(
      Verb verb, String subject, Optional<String> replyTo, byte[] raw, Body body) {
    return new NatsFrame(verb, subject, replyTo, raw, body);
  }

  public Verb verb() {
    return verb;
  }

  /** Whether a client publishes with it, headers or not. */
  public boolean isPublish() {
    return verb == Verb.PUB || verb == Verb.HPUB;
  }

  /** Whether the server delivers with it, headers or not. */
  public boolean isMessage() {
    return verb == Verb.MSG || verb == Verb.HMSG;
  }

  /** Whether a client tells JetStream with it that a delivery was handled. */
  public boolean isAcknowledgement() {
    return isPublish()
        && subject.startsWith("$JS.ACK.")
        && (text().isEmpty() || text().startsWith("+ACK"));
  }

  /** Of a publish, a message or a subscription; else empty. */
  public String subject() {
    return subject;
  }

  /** Where the answer is expected. */
  public Optional<String> replyTo() {
    return replyTo;
  }

  /** The first value of a header; the case of its name does not matter. */
  public Optional<String> header(String name) {
    return new String(raw, headersAt, payloadAt - headersAt, StandardCharsets.UTF_8)
        .lines()
        .skip(1) // the version, and a status
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].strip().equalsIgnoreCase(name))
        .map(parts -> parts[1].strip())
        .findFirst();
  }

  /** A copy. */
  public byte[] payload() {
    return Arrays.copyOfRange(raw, payloadAt, end);
  }

  /** The payload as UTF-8. */
  public String text() {
    return new String(raw, payloadAt, end - payloadAt, StandardCharsets.UTF_8);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(raw);
  }

  @Override
  public String toString() {
    return "%s %s, %d bytes".formatted(verb, subject, raw.length);
  }
}
