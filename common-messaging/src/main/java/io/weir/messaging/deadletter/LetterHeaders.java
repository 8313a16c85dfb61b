package io.weir.messaging.deadletter;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * How a letter travels: its facts in headers of their own, the message's headers under a prefix, so
 * that neither gets into the way of the other and the payload stays as it was. Pure.
 */
public final class LetterHeaders {
  /** Largest header block that JetStream stores (error 10097 beyond). */
  public static final int MOST_BYTES = 65_535;

  static final String ORIGINAL = "Weir-Original-";
  static final String FACT = "Weir-Dead-";

  private static final String MESSAGE_ID = "Nats-Msg-Id";
  private static final String SIZE = "Nats-Msg-Size";
  private static final int FRAME = "NATS/1.0\r\n\r\n".length();

  /** Kept before all others when not all fit: without them a message is not understood. */
  private static final List<String> FIRST_KEPT =
      List.of(
          "Content-Type",
          "Weir-Message-Type",
          "Weir-Correlation-Id",
          "Nats-Msg-Id",
          "traceparent",
          "tracestate");

  private LetterHeaders() {}

  /**
   * The headers of a letter.
   *
   * @param messageId its own {@code Nats-Msg-Id}
   * @param budget most bytes; headers of the message that do not fit are left out, and {@code
   *     Weir-Dead-Cut} says so
   */
  public static Map<String, List<String>> write(DeadLetterHead head, String messageId, int budget) {
    var facts = new LinkedHashMap<String, List<String>>();
    facts.put(MESSAGE_ID, List.of(messageId));
    put(facts, "Subject", printable(head.subject(), MOST_BYTES));
    put(facts, "Stream", head.stream());
    put(facts, "Consumer", head.consumer());
    put(facts, "Sequence", String.valueOf(head.streamSequence()));
    put(facts, "Attempts", String.valueOf(head.attempts()));
    put(facts, "First", head.firstFailed().toString());
    put(facts, "Last", head.lastFailed().toString());
    put(facts, "Class", head.errorClass());
    put(facts, "Error", printable(head.error(), 1_000));
    put(facts, "Service", head.service());
    put(facts, "Version", head.version());
    if (head.revision() > 0) {
      put(facts, "Id", String.valueOf(head.id()));
      put(facts, "Revision", String.valueOf(head.revision()));
    }
    String cutBefore = String.join("; ", head.flaws());
    if (!cutBefore.isEmpty()) {
      put(facts, "Cut", printable(cutBefore, 500));
    }
    var originals = new LinkedHashMap<String, List<String>>();
    FIRST_KEPT.forEach(name -> copy(head.headers(), name, originals));
    head.headers().keySet().forEach(name -> copy(head.headers(), name, originals));
    return fitted(facts, originals, budget);
  }

  private static void copy(
      Map<String, List<String>> from, String name, Map<String, List<String>> to) {
    List<String> values = from.get(name);
    if (values != null) {
      to.put(ORIGINAL + name, values);
    }
  }

  private static Map<String, List<String>> fitted(
      Map<String, List<String>> facts, Map<String, List<String>> originals, int budget) {
    var all = new LinkedHashMap<>(facts);
    all.putAll(originals);
    if (bytes(all) <= budget) {
      return all;
    }
    var kept = new LinkedHashMap<>(facts);
    // Room for the note, at its longest.
    int left = budget - bytes(facts) - 700;
    int cut = 0;
    long cutBytes = 0;
    var names = new ArrayList<String>();
    for (Map.Entry<String, List<String>> header : originals.entrySet()) {
      int size = bytes(header.getKey(), header.getValue());
      if (size <= left) {
        kept.put(header.getKey(), header.getValue());
        left -= size;
      } else {
        cut++;
        cutBytes += size;
        names.add(header.getKey().substring(ORIGINAL.length()));
      }
    }
    String before = kept.getOrDefault(FACT + "Cut", List.of("")).getFirst();
    put(
        kept,
        "Cut",
        printable(
            "%s%d of %d headers (%d bytes) were left out, they did not fit: %s"
                .formatted(
                    before.isEmpty() ? "" : before + "; ",
                    cut,
                    originals.size(),
                    cutBytes,
                    String.join(", ", names)),
            500));
    return kept;
  }

  /**
   * The letter in a message of the dead-letter stream. What is missing is said in its flaws: a
   * letter that somebody wrote by hand is shown as far as it goes.
   *
   * @param sequence of the message
   * @param storedAt when it was stored
   * @param subject it was stored under, {@code dlq.<stream>.<consumer>}
   * @param payloadSize bytes of its payload; the header {@code Nats-Msg-Size} goes before it
   */
  public static DeadLetterHead read(
      long sequence,
      Instant storedAt,
      String subject,
      Map<String, List<String>> headers,
      int payloadSize) {
    var flaws = new ArrayList<String>();
    var reading = new Reading(headers, flaws);
    String[] tokens = subject.split("\\.", -1);
    String stream = reading.text("Stream").orElse(tokens.length > 1 ? tokens[1] : "");
    String consumer = reading.text("Consumer").orElse(tokens.length > 2 ? tokens[2] : "");
    String original = reading.text("Subject").orElse("");
    long streamSequence = reading.parsed("Sequence", Long::valueOf).orElse(0L);
    int attempts = reading.parsed("Attempts", Integer::valueOf).orElse(0);
    Instant first = reading.parsed("First", Instant::parse).orElse(storedAt);
    Instant last = reading.parsed("Last", Instant::parse).orElse(storedAt);
    String errorClass = reading.text("Class").orElse("unknown");
    String error = reading.text("Error").orElse("");
    String service = reading.text("Service").orElse("");
    String version = reading.text("Version").orElse("");
    boolean edited = headers.containsKey(FACT + "Id");
    long id = edited ? reading.parsed("Id", Long::valueOf).orElse(sequence) : sequence;
    int revision = edited ? reading.parsed("Revision", Integer::valueOf).orElse(0) : 0;
    headers.getOrDefault(FACT + "Cut", List.of()).forEach(flaws::add);
    return new DeadLetterHead(
        sequence,
        id,
        revision,
        storedAt,
        original,
        originals(headers),
        stream,
        consumer,
        streamSequence,
        attempts,
        first,
        last,
        errorClass,
        error,
        service,
        version,
        size(headers, payloadSize),
        flaws);
  }

  private static int size(Map<String, List<String>> headers, int payloadSize) {
    List<String> told = headers.getOrDefault(SIZE, List.of());
    try {
      return told.isEmpty() ? payloadSize : Integer.parseInt(told.getFirst());
    } catch (NumberFormatException e) {
      return payloadSize;
    }
  }

  /** Headers under the prefix; of a letter without any fact, which is no letter of ours, all. */
  private static Map<String, List<String>> originals(Map<String, List<String>> headers) {
    var originals = new LinkedHashMap<String, List<String>>();
    boolean ours = headers.keySet().stream().anyMatch(name -> name.startsWith(FACT));
    headers.forEach(
        (name, values) -> {
          if (name.startsWith(ORIGINAL)) {
            originals.put(name.substring(ORIGINAL.length()), values);
          } else if (!ours && !name.equals(MESSAGE_ID) && !name.equals(SIZE)) {
            originals.put(name, values);
          }
        });
    return originals;
  }

  private static void put(Map<String, List<String>> headers, String fact, String value) {
    headers.put(FACT + fact, List.of(value));
  }

  /** As the wire has them, with the block's first and last line. */
  public static int bytes(Map<String, List<String>> headers) {
    int sum = FRAME;
    for (Map.Entry<String, List<String>> header : headers.entrySet()) {
      sum += bytes(header.getKey(), header.getValue());
    }
    return sum;
  }

  private static int bytes(String name, List<String> values) {
    int sum = 0;
    for (String value : values) {
      sum += name.length() + value.length() + ":\r\n".length();
    }
    return sum;
  }

  /** One line of printable ASCII: all that a header may hold. */
  static String printable(String text, int most) {
    var line = new StringBuilder();
    for (int i = 0; i < text.length() && line.length() < most; i++) {
      char c = text.charAt(i);
      line.append(c >= ' ' && c <= '~' ? c : c < ' ' ? ' ' : '?');
    }
    return line.toString().strip();
  }

  /** Takes facts out of headers and notes what is not there or not readable. */
  private record Reading(Map<String, List<String>> headers, List<String> flaws) {
    Optional<String> text(String fact) {
      List<String> values = headers.getOrDefault(FACT + fact, List.of());
      if (values.isEmpty()) {
        flaws.add("no header " + FACT + fact);
        return Optional.empty();
      }
      return Optional.of(values.getFirst());
    }

    <T> Optional<T> parsed(String fact, Function<String, T> parse) {
      Optional<String> text = text(fact);
      try {
        return text.map(parse);
      } catch (NumberFormatException | DateTimeException e) {
        flaws.add("header %s%s is %s".formatted(FACT, fact, text.orElse("")));
        return Optional.empty();
      }
    }
  }
}
