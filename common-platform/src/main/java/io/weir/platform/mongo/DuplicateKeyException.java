package io.weir.platform.mongo;

/** A write would have broken a unique index: the document is already there. Often expected. */
public final class DuplicateKeyException extends RuntimeException {
  public DuplicateKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
