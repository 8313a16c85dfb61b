package io.weir.messaging.jetstream;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Map;

/**
 * A message that no retry could help, as it was, with why.
 *
 * @param sequence its place in the dead-letter stream
 * @param subject the subject it was published to
 * @param headers its headers, as they were
 * @param payload its bytes, as they were
 * @param stream the stream it was in
 * @param consumer the consumer that failed on it
 * @param streamSequence its sequence there
 * @param attempts how often a handler has failed on it
 * @param firstFailed when that was first
 * @param lastFailed when that was last
 * @param errorClass kind of the failure: {@code invalid}, {@code dead}, {@code exhausted}
 * @param error why, for a person
 * @param service who gave it up
 * @param version and its version
 */
public record DeadLetter(
    long sequence,
    String subject,
    Map<String, String> headers,
    ByteString payload,
    String stream,
    String consumer,
    long streamSequence,
    int attempts,
    Instant firstFailed,
    Instant lastFailed,
    String errorClass,
    String error,
    String service,
    String version) {
  public DeadLetter {
    headers = Map.copyOf(headers);
  }
}
