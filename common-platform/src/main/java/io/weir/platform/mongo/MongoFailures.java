package io.weir.platform.mongo;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoClientException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.MongoWriteConcernException;
import io.weir.messaging.DependencyUnavailableException;
import java.util.Set;

/** Sorts what the driver throws: away, already there, or refused. Pure. */
final class MongoFailures {
  static final String DEPENDENCY = "mongodb";

  private static final int AUTHENTICATION_FAILED = 18;
  private static final int UNAUTHORIZED = 13;

  /**
   * Server codes that say "not now": shutting down, stepping down, no primary, out of time, write
   * concern not satisfied in time.
   */
  private static final Set<Integer> AWAY =
      Set.of(6, 7, 50, 64, 89, 91, 112, 134, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436);

  private MongoFailures() {}

  static RuntimeException sorted(Throwable failure) {
    return switch (failure) {
      case MongoException e when isDuplicate(e) ->
          new DuplicateKeyException("already there: " + e.getMessage(), e);
      case MongoException e when isAway(e) ->
          new DependencyUnavailableException(DEPENDENCY, String.valueOf(e.getMessage()), e);
      case MongoException e ->
          new MongoRefusedException("MongoDB refused the operation: " + e.getMessage(), e);
      case IllegalStateException e -> // the client was closed meanwhile
          new DependencyUnavailableException(DEPENDENCY, String.valueOf(e.getMessage()), e);
      case RuntimeException e -> e;
      default -> new MongoRefusedException("MongoDB failed: " + failure.getMessage(), failure);
    };
  }

  /** Whether waiting can't help: the credentials are wrong or lack rights. */
  static boolean isForbidden(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof MongoSecurityException
          || (cause instanceof MongoException e
              && (e.getCode() == AUTHENTICATION_FAILED || e.getCode() == UNAUTHORIZED))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDuplicate(MongoException e) {
    if (e instanceof MongoBulkWriteException bulk) {
      return bulk.getWriteConcernError() == null
          && bulk.getWriteErrors().stream()
              .allMatch(error -> error.getCategory() == ErrorCategory.DUPLICATE_KEY);
    }
    return ErrorCategory.fromErrorCode(e.getCode()) == ErrorCategory.DUPLICATE_KEY;
  }

  private static boolean isAway(MongoException e) {
    if (isForbidden(e)) {
      return false;
    }
    return switch (e) {
      case MongoTimeoutException _,
          MongoSocketException _,
          MongoNotPrimaryException _,
          MongoNodeIsRecoveringException _,
          MongoServerUnavailableException _,
          MongoConnectionPoolClearedException _,
          // The write may be there or not; writes here are idempotent, so trying again is right.
          MongoWriteConcernException _ ->
          true;
      case MongoClientException _ -> false;
      default -> AWAY.contains(e.getCode()) || e.hasErrorLabel("RetryableWriteError");
    };
  }
}
