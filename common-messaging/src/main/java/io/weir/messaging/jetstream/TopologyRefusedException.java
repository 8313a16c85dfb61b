package io.weir.messaging.jetstream;

import io.weir.messaging.MessagingException;

/**
 * The server holds a stream or consumer that can't become what is wanted without losing messages.
 * Nothing was changed; names the stream, the field, and its old and new value.
 */
public final class TopologyRefusedException extends MessagingException {
  TopologyRefusedException(String message) {
    super(message);
  }
}
