package io.weir.localstack;

import org.jspecify.annotations.Nullable;

/**
 * A part of the local stack could not be started or kept running. The message is complete by
 * itself: it says what was expected, what was found and what to do, so that a command line can
 * print it without a stack trace.
 */
public final class StackException extends RuntimeException {

  private final String explanation;

  public StackException(String message) {
    this(message, null);
  }

  public StackException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.explanation = message;
  }

  /** The explanation; never null. */
  @Override
  public String getMessage() {
    return explanation;
  }
}
