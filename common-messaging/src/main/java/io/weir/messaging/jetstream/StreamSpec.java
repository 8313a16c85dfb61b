package io.weir.messaging.jetstream;

import io.weir.messaging.SubjectTemplate;
import java.time.Duration;
import java.util.List;

/**
 * A stream as it should be.
 *
 * @param name its name, such as {@code REVIEW_JOBS}
 * @param subjects whose messages it stores
 * @param retention when messages leave it
 * @param whenFull what happens to a message that no longer fits
 * @param storage where it is kept
 * @param maxAge oldest message; zero is no limit
 * @param maxBytes most bytes, at least 1; a cluster before 2.10 that is to refuse new messages is
 *     given one message for each KiB of them instead, since it can't keep to a bound in bytes
 */
public record StreamSpec(
    String name,
    List<SubjectTemplate> subjects,
    Retention retention,
    WhenFull whenFull,
    Storage storage,
    Duration maxAge,
    long maxBytes) {
  /**
   * Publishing the same message id again within this time stores nothing; above ack-wait plus the
   * longest retry.
   */
  static final Duration DUPLICATE_WINDOW = Duration.ofMinutes(5);

  private static final long GIB = 1L << 30;

  /** When messages leave a stream. */
  public enum Retention {
    /** When they are acknowledged: each is for one consumer. */
    WORK_QUEUE,
    /** By age and size: each is for every consumer. */
    LIMITS
  }

  /** What happens to a message that no longer fits. */
  public enum WhenFull {
    /** It is refused, and the publisher knows. */
    REFUSE_NEW,
    /** The oldest one goes. */
    DROP_OLD
  }

  /** Where a stream is kept. */
  public enum Storage {
    FILE,
    MEMORY
  }

  public StreamSpec {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "stream %s wants a bound of at least 1 byte, got %d".formatted(name, maxBytes));
    }
    subjects = List.copyOf(subjects);
  }

  /** Work that is done once, by whoever takes it: 1 GiB, refuses new when full. */
  public static StreamSpec workQueue(String name, SubjectTemplate... subjects) {
    return new StreamSpec(
        name,
        List.of(subjects),
        Retention.WORK_QUEUE,
        WhenFull.REFUSE_NEW,
        Storage.FILE,
        Duration.ZERO,
        GIB);
  }

  /** Events for everybody: 1 GiB, the oldest go when full. */
  public static StreamSpec events(String name, Duration maxAge, SubjectTemplate... subjects) {
    return new StreamSpec(
        name, List.of(subjects), Retention.LIMITS, WhenFull.DROP_OLD, Storage.FILE, maxAge, GIB);
  }

  /** The same stream with another bound. */
  public StreamSpec withMaxBytes(long bytes) {
    return new StreamSpec(name, subjects, retention, whenFull, storage, maxAge, bytes);
  }

  /** The same stream kept elsewhere. */
  public StreamSpec in(Storage other) {
    return new StreamSpec(name, subjects, retention, whenFull, other, maxAge, maxBytes);
  }

  /** The same stream with another policy for a message that no longer fits. */
  public StreamSpec whenFull(WhenFull policy) {
    return new StreamSpec(name, subjects, retention, policy, storage, maxAge, maxBytes);
  }
}
