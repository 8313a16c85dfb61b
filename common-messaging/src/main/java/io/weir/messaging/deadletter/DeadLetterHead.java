package io.weir.messaging.deadletter;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of a dead letter, but for its payload.
 *
 * @param sequence its place in the dead-letter stream; an edit gives it another
 * @param id its name for life: the sequence of its first version
 * @param revision how often it was edited
 * @param storedAt when this version was stored
 * @param subject the subject it was published to; empty when that is not known
 * @param headers the message's headers, as they were
 * @param stream the stream it was in
 * @param consumer the consumer that failed on it
 * @param streamSequence its sequence there; 0 when that is not known
 * @param attempts how often a handler has failed on it, or how often it was delivered in vain
 * @param firstFailed when that was first
 * @param lastFailed when that was last
 * @param errorClass kind of the failure: {@code invalid}, {@code dead}, {@code exhausted}, {@code
 *     max_deliveries}
 * @param error why, for a person
 * @param service who gave it up
 * @param version and its version
 * @param size bytes of the payload
 * @param flaws what is missing or was left out, for a person; empty for a well-formed letter
 */
public record DeadLetterHead(
    long sequence,
    long id,
    int revision,
    Instant storedAt,
    String subject,
    Map<String, List<String>> headers,
    String stream,
    String consumer,
    long streamSequence,
    int attempts,
    Instant firstFailed,
    Instant lastFailed,
    String errorClass,
    String error,
    String service,
    String version,
    int size,
    List<String> flaws) {
  private static final String CORRELATION_ID = "Weir-Correlation-Id";

  public DeadLetterHead {
    var copied = new LinkedHashMap<String, List<String>>();
    headers.forEach((name, values) -> copied.put(name, List.copyOf(values)));
    headers = java.util.Collections.unmodifiableMap(copied);
    flaws = List.copyOf(flaws);
  }

  /** The first value of a header of the message; names are told apart by case, as NATS does. */
  public Optional<String> header(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** The id that finds all of one piece of work; empty when the message had none. */
  public String correlationId() {
    return header(CORRELATION_ID).orElse("");
  }

  /** The only message id under which this version is published again. */
  public String replayId() {
    return "dlq:%d:%d".formatted(id, revision);
  }
}
