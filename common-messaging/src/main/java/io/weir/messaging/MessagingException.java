package io.weir.messaging;

import org.jspecify.annotations.Nullable;

/** Root of what messaging throws. */
public class MessagingException extends RuntimeException {
  public MessagingException(String message) {
    super(message);
  }

  public MessagingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
