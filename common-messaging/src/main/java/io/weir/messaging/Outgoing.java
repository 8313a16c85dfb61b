package io.weir.messaging;

import com.google.protobuf.ByteString;

/**
 * A message to be published, already encoded and valid.
 *
 * @param subject where to
 * @param id its {@code Nats-Msg-Id}; deterministic, so that publishing it again is no second
 *     message
 * @param payload the encoded message
 * @param contentType form of the payload
 * @param messageType name of the message type
 * @param correlationId the id that finds all of one piece of work; may be empty
 */
public record Outgoing(
    Subject subject,
    String id,
    ByteString payload,
    String contentType,
    String messageType,
    String correlationId) {
  public Outgoing {
    if (id.isBlank()) {
      throw new IllegalArgumentException(
          "an outgoing message needs an id, or a retry would double it");
    }
  }

  /**
   * Encodes {@code message} for {@code subject}.
   *
   * @throws InvalidMessageException when the message breaks its contract
   */
  public static <T> Outgoing of(
      Subject subject, String id, Codec<T> codec, T message, String correlationId) {
    return new Outgoing(
        subject,
        id,
        codec.encode(message),
        codec.contentType(),
        codec.messageType(),
        correlationId);
  }
}
