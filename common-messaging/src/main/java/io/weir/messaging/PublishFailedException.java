package io.weir.messaging;

import org.jspecify.annotations.Nullable;

/**
 * JetStream did not acknowledge a publish in time, or refused it. The message may be stored all the
 * same: publish again only with the same message id.
 */
public final class PublishFailedException extends MessagingException {
  public PublishFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
