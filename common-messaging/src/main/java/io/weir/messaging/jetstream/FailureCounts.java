package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often handlers have failed on a message. Kept apart from the server's count of deliveries,
 * because a killed worker, a drain or a hand-back is no fault of the message. Only messages that
 * fail are ever written here. Thread-safe.
 */
final class FailureCounts {
  private static final String BUCKET = "WEIR_FAILURES";
  private static final Duration KEPT = Duration.ofDays(7);
  private static final int NOT_FOUND = 404;

  /**
   * What is known of a message that did not succeed at once.
   *
   * @param count how often a handler has failed on it
   * @param first when that was first
   * @param endedAt the last of its deliveries that ended in somebody's hands; those after it
   *     vanished: their worker was killed, or it stood still
   * @param aloneAt the delivery in which it was run alone, as a suspect; 0 for none
   */
  record Failures(int count, Instant first, int endedAt, int aloneAt) {
    static Failures none(Instant now) {
      return new Failures(0, now, 0, 0);
    }

    /** Nothing could be read: so nothing is to be written either. */
    static Failures unread(Instant now, int delivery) {
      return new Failures(0, now, delivery, 0);
    }

    /** A handler failed on it in this delivery. */
    Failures failedAt(int delivery) {
      return new Failures(count + 1, first, delivery, aloneAt);
    }

    /**
     * This delivery was handed back before a handler saw it: it says nothing for the message or
     * against it, so the deliveries that vanished stay as many as they were.
     */
    Failures unseen() {
      return new Failures(count, first, endedAt + 1, aloneAt == 0 ? 0 : aloneAt + 1);
    }

    /** This delivery was worked on, and ended in a live process. */
    Failures handedBackAt(int delivery) {
      return new Failures(count, first, delivery, aloneAt);
    }

    Failures aloneAt(int delivery) {
      return new Failures(count, first, endedAt, delivery);
    }

    /** Whether anything of it may be stored. */
    boolean isNoted() {
      return count > 0 || endedAt > 0 || aloneAt > 0;
    }

    /** Deliveries before this one that vanished. */
    int vanished(int delivery) {
      return Math.max(0, delivery - 1 - endedAt);
    }

    /** Whether it was run alone, and that vanished too. */
    boolean vanishedAlone() {
      return aloneAt > endedAt;
    }
  }

  private final Logger log = LoggerFactory.getLogger(FailureCounts.class);
  private final KeyValueBucket bucket;

  FailureCounts(Broker broker) {
    this.bucket = new KeyValueBucket(broker, BUCKET, KEPT);
  }

  /** Creates the bucket; waits for JetStream as long as it takes. */
  void start() throws InterruptedException {
    bucket.start();
  }

  /** The failures of a message so far; none at {@code now} when nothing is known. */
  Failures read(AckReply message, Instant now) {
    try {
      KeyValueEntry entry = bucket.open().get(key(message));
      if (entry == null || entry.getOperation() != KeyValueOperation.PUT) {
        return Failures.none(now);
      }
      String value = entry.getValueAsString();
      return value == null ? Failures.none(now) : decode(value, message, now);
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        return Failures.none(now);
      }
      throw unavailable(e);
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  /**
   * Keeps {@code failures}. A bucket that takes no more is told to the operator, and the message
   * goes on without being counted: better one attempt too many than all pulling stopped.
   */
  void write(AckReply message, Failures failures) {
    String value =
        "%d %s %s %d %d"
            .formatted(
                failures.count(),
                failures.first(),
                message.timestamp(),
                failures.endedAt(),
                failures.aloneAt());
    try {
      bucket.open().put(key(message), value.getBytes(StandardCharsets.UTF_8));
    } catch (JetStreamApiException e) {
      if (Refusals.isTransient(e) && !Refusals.isFull(e)) {
        throw unavailable(e);
      }
      log.atError()
          .addKeyValue("bucket", BUCKET)
          .addKeyValue("reason", e.getErrorDescription())
          .log("failure not counted");
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  /** Forgets a message that is settled. A count that stays because this failed ages out. */
  void forget(AckReply message) {
    try {
      bucket.open().purge(key(message));
    } catch (JetStreamApiException | IOException | IllegalStateException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("failure count not removed");
    }
  }

  private static String key(AckReply message) {
    return "%s.%s.%d".formatted(message.stream(), message.consumer(), message.sequence());
  }

  /**
   * A count of another message that had the same sequence, in a stream since restored, is none of
   * this one.
   */
  private static Failures decode(String value, AckReply message, Instant now) {
    String[] parts = value.split(" ", -1);
    if (parts.length != 5 || !parts[2].equals(message.timestamp().toString())) {
      return Failures.none(now);
    }
    return new Failures(
        Integer.parseInt(parts[0]),
        Instant.parse(parts[1]),
        Integer.parseInt(parts[3]),
        Integer.parseInt(parts[4]));
  }

  private static DependencyUnavailableException unavailable(Exception e) {
    return new DependencyUnavailableException("nats", "failure counts: " + e.getMessage(), e);
  }
}
