package io.weir.platform.mongo;

/** MongoDB is there and said no: a malformed operation, missing rights, a document too large. */
public final class MongoRefusedException extends RuntimeException {
  public MongoRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
