package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.PurgeOptions;
import io.nats.client.api.KeyValueEntry;
import io.nats.client.api.KeyValueOperation;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.ReplayIntent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What was begun and not ended: replays of single letters, and long runs. Kept for 30 days in a
 * bucket that all operators share. Thread-safe.
 */
final class ReplayLedger {
  private static final String BUCKET = "WEIR_DEAD_LETTER_RUNS";
  private static final Duration KEPT = Duration.ofDays(30);
  private static final int WRONG_LAST_SEQUENCE = 10071;
  private static final int NOT_FOUND = 404;
  private static final String INTENT = "intent.";
  private static final String RUN = "run.";

  private final Broker broker;
  private final KeyValueBucket bucket;

  ReplayLedger(Broker broker) {
    this.broker = broker;
    this.bucket = new KeyValueBucket(broker, BUCKET, KEPT);
  }

  /** Creates the bucket; waits for JetStream as long as it takes. */
  void start() throws InterruptedException {
    bucket.start();
  }

  /**
   * Notes that a replay of {@code letter} begins.
   *
   * @return the intent of an earlier one that was broken off; the new one is not noted then
   */
  Optional<ReplayIntent> begin(long letter, ReplayIntent intent) {
    try {
      var _ = bucket.open().create(INTENT + letter, intent.toJson());
      return Optional.empty();
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() != WRONG_LAST_SEQUENCE) {
        throw unavailable(e);
      }
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
    Optional<ReplayIntent> earlier = intent(letter);
    if (earlier.isEmpty()) {
      throw new DependencyUnavailableException(
          "nats", "another replay of letter %d has just ended; try again".formatted(letter), null);
    }
    return earlier;
  }

  /** The replay of {@code letter} that was begun and not ended. */
  Optional<ReplayIntent> intent(long letter) {
    return get(INTENT + letter, ReplayIntent::fromJson);
  }

  /** Notes a new attempt in the place of one that is known to have published nothing. */
  void beginAnew(long letter, ReplayIntent intent) {
    put(INTENT + letter, intent.toJson());
  }

  /** The replay of {@code letter} has ended. */
  void end(long letter) {
    remove(INTENT + letter);
  }

  void save(BulkState state) {
    put(RUN + state.id(), state.toJson());
  }

  Optional<BulkState> run(String id) {
    return get(RUN + id, BulkState::fromJson);
  }

  /** The runs that were begun and not ended, oldest first. */
  List<BulkState> runs() {
    var runs = new ArrayList<BulkState>();
    try {
      for (String key : bucket.open().keys(RUN + ">")) {
        get(key, BulkState::fromJson).ifPresent(runs::add);
      }
    } catch (JetStreamApiException | IOException | IllegalStateException e) {
      throw unavailable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unavailable(e);
    }
    runs.sort(Comparator.comparing(BulkState::startedAt));
    return runs;
  }

  void endRun(String id) {
    remove(RUN + id);
  }

  private <T> Optional<T> get(String key, Function<byte[], T> read) {
    try {
      KeyValueEntry entry = bucket.open().get(key);
      if (entry == null || entry.getOperation() != KeyValueOperation.PUT) {
        return Optional.empty();
      }
      byte[] value = entry.getValue();
      return value == null ? Optional.empty() : Optional.of(read.apply(value));
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw unavailable(e);
    } catch (IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  private void put(String key, byte[] value) {
    try {
      var _ = bucket.open().put(key, value);
    } catch (JetStreamApiException | IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  /** Removed whole: the mark that a bucket's own delete leaves would stay for each letter. */
  private void remove(String key) {
    try {
      var _ =
          broker
              .management()
              .purgeStream("KV_" + BUCKET, PurgeOptions.subject("$KV." + BUCKET + "." + key));
    } catch (JetStreamApiException | IOException | IllegalStateException e) {
      throw unavailable(e);
    }
  }

  private static DependencyUnavailableException unavailable(Exception e) {
    return new DependencyUnavailableException(
        "nats", "dead-letter runs: " + String.valueOf(e.getMessage()), e);
  }
}
