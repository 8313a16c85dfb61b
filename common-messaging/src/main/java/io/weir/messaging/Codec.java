package io.weir.messaging;

import com.google.protobuf.ByteString;

/**
 * Turns messages of one type into bytes and back, and holds them to their contract. Thread-safe.
 */
public interface Codec<T> {
  /** Name of the message type, such as {@code weir.v1.ReviewJob}; travels in a header. */
  String messageType();

  /** Content type of what {@link #encode} gives. */
  String contentType();

  /**
   * The bytes of a valid message.
   *
   * @throws InvalidMessageException when the message breaks its contract
   */
  ByteString encode(T message);

  /**
   * The message in {@code bytes}.
   *
   * @param contentType the sender's word on the form; empty means {@link #contentType()}
   * @throws InvalidMessageException when the bytes are no such message or it breaks its contract
   */
  T decode(ByteString bytes, String contentType);
}
