package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a provider's stream of chat completion chunks on its way to the caller. Events pass as
 * the bytes they came in, whole ones only, so that a break never leaves the caller with half an
 * event. Read are only the events that must be known: usage, errors and the end. Not thread safe.
 */
public final class StreamRelay implements EventRelay {
  private static final byte[] DONE = ascii("[DONE]");
  private static final byte[] DATA = ascii("data:");
  private static final byte[] NO_USAGE = ascii(",\"usage\":null");
  private static final byte[] USAGE = ascii("\"usage\"");
  private static final byte[] ERROR = ascii("\"error\"");
  private static final byte[] FINISH = ascii("\"finish_reason\":");
  private static final byte[] LAST = ascii("data: [DONE]\n\n");

  private final String provider;
  private final boolean dropUsageChunk;
  private final IntSupplier choices;
  private final SseEvents events;
  private final Set<Integer> finished = new HashSet<>();
  private Optional<Usage> usage = Optional.empty();
  private @Nullable Failure failure;
  private boolean done;
  private boolean started;

  /**
   * @param provider its name, for messages
   * @param dropUsageChunk true when only the gateway asked for the usage chunk
   * @param maxEventBytes how long a single event may be
   * @param choices how many answers there will be; asked for at an end without {@code [DONE]}
   */
  public StreamRelay(
      String provider, boolean dropUsageChunk, int maxEventBytes, IntSupplier choices) {
    this.provider = provider;
    this.dropUsageChunk = dropUsageChunk;
    this.choices = choices;
    this.events = new SseEvents(maxEventBytes);
  }

  @Override
  public byte[] accept(byte[] chunk, int count) {
    var out = new ByteArrayOutputStream(count + 64);
    try {
      for (byte[] event : events.add(chunk, count)) {
        if (done || failure != null) {
          break;
        }
        accept(event, out);
      }
    } catch (SseEvents.OversizedEventException e) {
      failure = broken(e.getMessage() == null ? "an event is too long" : e.getMessage());
    }
    return out.toByteArray();
  }

  /**
   * Some providers leave out {@code [DONE]}, or the blank line behind it. Their answer is whole
   * when each of its choices has said why it ends; callers get the end that they wait for.
   */
  @Override
  public byte[] end() {
    var out = new ByteArrayOutputStream();
    byte[] rest = events.rest();
    byte[] said = payload(rest);
    if (said.length > 0) {
      boolean whole =
          new String(said, StandardCharsets.UTF_8).strip().equals("[DONE]")
              || Json.object(said).isPresent();
      if (!whole) {
        return out.toByteArray();
      }
      byte[] blank = ascii("\n\n");
      out.writeBytes(accept(blank, rest[rest.length - 1] == '\n' ? 1 : 2));
    }
    if (!done && failure == null && !finished.isEmpty() && finished.size() >= choices.getAsInt()) {
      done = true;
      out.writeBytes(LAST);
    }
    return out.toByteArray();
  }

  @Override
  public boolean done() {
    return done;
  }

  @Override
  public boolean started() {
    return started;
  }

  @Override
  public Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public Optional<Usage> usage() {
    return usage;
  }

  @Override
  public Failure cutShort() {
    return broken(
        events.unfinished() > 0
            ? "the stream broke off inside an event"
            : "the stream broke off before its end");
  }

  private void accept(byte[] event, ByteArrayOutputStream out) {
    int data = indexOf(event, DATA, 0);
    if (data < 0) {
      out.writeBytes(event); // comments are the provider's keep-alive
      return;
    }
    if (isDone(event, data + DATA.length)) {
      done = true;
      out.writeBytes(event);
      return;
    }
    noteEnds(event, data);
    boolean mayHoldUsage = holdsObject(event, USAGE, data);
    boolean mayHoldError = indexOf(event, ERROR, data) >= 0;
    if (!mayHoldUsage && !mayHoldError) {
      started = true;
      pass(event, data, out);
      return;
    }
    Optional<JsonNode> chunk = Json.object(payload(event));
    if (chunk.isEmpty()) {
      started = true;
      out.writeBytes(event);
      return;
    }
    acceptKnown(event, chunk.get(), out);
  }

  /**
   * Who did not ask for usage gets no {@code "usage":null} either, which is there because we did. A
   * quotation mark in a text is escaped, so that this can't be within one.
   */
  private void pass(byte[] event, int from, ByteArrayOutputStream out) {
    int at = dropUsageChunk ? indexOf(event, NO_USAGE, from) : -1;
    if (at < 0) {
      out.writeBytes(event);
      return;
    }
    out.write(event, 0, at);
    out.write(event, at + NO_USAGE.length, event.length - at - NO_USAGE.length);
  }

  private void acceptKnown(byte[] event, JsonNode chunk, ByteArrayOutputStream out) {
    Optional<Usage> found = Usage.of(chunk);
    if (found.isPresent()) {
      usage = found;
    }
    Optional<Failure> wrong = ProviderErrors.inAnswer(provider, chunk);
    if (wrong.isPresent()) {
      failure = wrong.get();
      return;
    }
    if (found.isPresent() && dropUsageChunk && chunk.path("choices").isEmpty()) {
      return;
    }
    started = true;
    if (chunk.has("error")) {
      // Some clients take the mere key for a failure.
      ObjectNode clean = ((ObjectNode) chunk).without("error");
      out.writeBytes(ascii("data: "));
      out.writeBytes(Json.bytes(clean));
      out.writeBytes(ascii("\n\n"));
      return;
    }
    pass(event, 0, out);
  }

  /** Remembers which of the answers have said why they end. */
  private void noteEnds(byte[] event, int from) {
    for (int at = indexOf(event, FINISH, from); at >= 0; at = indexOf(event, FINISH, at + 1)) {
      if (saysWhy(event, at + FINISH.length)) {
        Json.object(payload(event))
            .ifPresent(
                chunk ->
                    chunk
                        .path("choices")
                        .forEach(
                            choice -> {
                              if (choice.path("finish_reason").isTextual()) {
                                finished.add(choice.path("index").asInt());
                              }
                            }));
        return;
      }
    }
  }

  /** Whether a text that is not empty begins there. */
  private static boolean saysWhy(byte[] event, int from) {
    int at = from;
    while (at < event.length && event[at] == ' ') {
      at++;
    }
    return at + 1 < event.length && event[at] == '"' && event[at + 1] != '"';
  }

  private Failure broken(String what) {
    return Failure.providerError("Provider '" + provider + "': " + what + ".", "stream_broken");
  }

  private static boolean isDone(byte[] event, int from) {
    int start = from;
    while (start < event.length && event[start] == ' ') {
      start++;
    }
    if (indexOf(event, DONE, start) != start) {
      return false;
    }
    byte next = event[start + DONE.length];
    return next == '\n' || next == '\r' || next == ' ';
  }

  private static byte[] payload(byte[] event) {
    var payload = new StringBuilder();
    new String(event, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(line -> payload.append(line, "data:".length(), line.length()).append('\n'));
    return payload.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether {@code name} is followed by an object somewhere; most chunks have it with null. */
  private static boolean holdsObject(byte[] event, byte[] name, int from) {
    for (int at = indexOf(event, name, from); at >= 0; at = indexOf(event, name, at + 1)) {
      int next = at + name.length;
      while (next < event.length && (event[next] <= ' ' || event[next] == ':')) {
        next++;
      }
      if (next < event.length && event[next] == '{') {
        return true;
      }
    }
    return false;
  }

  private static int indexOf(byte[] bytes, byte[] wanted, int from) {
    for (int i = from; i <= bytes.length - wanted.length; i++) {
      if (bytes[i] == wanted[0] && matches(bytes, wanted, i)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean matches(byte[] bytes, byte[] wanted, int at) {
    for (int j = 1; j < wanted.length; j++) {
      if (bytes[at + j] != wanted[j]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
