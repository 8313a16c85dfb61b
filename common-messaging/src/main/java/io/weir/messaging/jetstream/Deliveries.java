package io.weir.messaging.jetstream;

import com.google.protobuf.UnsafeByteOperations;
import io.nats.client.Message;
import io.weir.messaging.Codec;
import io.weir.messaging.Delivery;
import io.weir.messaging.secret.Redaction;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** Makes of a message in hand what a handler sees. */
final class Deliveries<T> {
  private final Codec<T> codec;
  private final Duration deadline;

  Deliveries(Codec<T> codec, Duration deadline) {
    this.codec = codec;
    this.deadline = deadline;
  }

  /**
   * The delivery, decoded and validated.
   *
   * @param now when its attempt begins
   * @throws io.weir.messaging.InvalidMessageException when it is no such message
   */
  Delivery<T> of(HeldLease lease, Map<String, String> headers, int failures, Instant now) {
    Message message = lease.message();
    AckReply origin = lease.origin();
    T payload =
        codec.decode(
            // Nobody changes them: the client hands them out once, and a handler gets no array.
            UnsafeByteOperations.unsafeWrap(message.getData()),
            headers.getOrDefault(MessageHeaders.CONTENT_TYPE, ""));
    return new Delivery<>(
        payload,
        origin.stream(),
        origin.consumer(),
        origin.sequence(),
        message.getSubject(),
        messageId(headers, origin.stream(), origin.sequence()),
        failures,
        origin.deliveries(),
        origin.timestamp(),
        now.plus(deadline),
        // It is stored, logged and sent on: a secret in its place is not.
        Redaction.ofLog(headers.getOrDefault(MessageHeaders.CORRELATION_ID, "")),
        headers,
        lease);
  }

  /** Whether a dead letter was replayed for another consumer of the same stream. */
  boolean isReplayForAnother(AckReply origin, Map<String, String> headers) {
    String replayFor = headers.get(MessageHeaders.REPLAY_FOR);
    return replayFor != null && !replayFor.equals(origin.stream() + "/" + origin.consumer());
  }

  /** Ids of results are made from it, and a header that is sent may hold ASCII only. */
  static String messageId(Map<String, String> headers, String stream, long sequence) {
    String id =
        headers.getOrDefault(
            MessageHeaders.ORIGINAL_ID, headers.getOrDefault(MessageHeaders.MESSAGE_ID, ""));
    return id.isBlank() || !MessageHeaders.isPrintable(id) ? stream + ":" + sequence : id;
  }
}
