package io.weir.messaging;

import org.jspecify.annotations.Nullable;

/**
 * A message that breaks its contract: unparsable, a required field missing, a value out of range.
 * Permanent: no retry can mend it, so a consumer dead-letters it and a publisher refuses it.
 */
public final class InvalidMessageException extends MessagingException {
  public InvalidMessageException(String message) {
    super(message);
  }

  public InvalidMessageException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
