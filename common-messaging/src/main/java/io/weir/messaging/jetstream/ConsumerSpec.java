package io.weir.messaging.jetstream;

import io.weir.messaging.SubjectTemplate;
import java.time.Duration;
import java.util.Optional;

/**
 * A durable consumer as it should be. Replicas of a service share it; another service that wants
 * the same messages has its own.
 *
 * @param stream the stream it reads
 * @param durable its name
 * @param filter the only subjects it gets; empty is all of the stream
 * @param ackWait a delivery that is neither settled nor renewed for so long is delivered again
 * @param maxAckPending most messages in hand of all instances together, delayed ones included
 * @param startAt which messages a new consumer begins with
 */
public record ConsumerSpec(
    String stream,
    String durable,
    Optional<SubjectTemplate> filter,
    Duration ackWait,
    int maxAckPending,
    StartAt startAt) {
  /** Which messages a new consumer begins with. */
  public enum StartAt {
    /** The oldest that is stored. */
    ALL,
    /** The next that is published. */
    NEW
  }

  /** All messages of {@code stream}, ack-wait 30 s, up to 1,000 in hand. */
  public static ConsumerSpec of(String stream, String durable) {
    return new ConsumerSpec(
        stream, durable, Optional.empty(), Duration.ofSeconds(30), 1_000, StartAt.ALL);
  }

  public ConsumerSpec filteredBy(SubjectTemplate subjects) {
    return new ConsumerSpec(
        stream, durable, Optional.of(subjects), ackWait, maxAckPending, startAt);
  }

  public ConsumerSpec withAckWait(Duration wait) {
    return new ConsumerSpec(stream, durable, filter, wait, maxAckPending, startAt);
  }

  public ConsumerSpec startingAt(StartAt start) {
    return new ConsumerSpec(stream, durable, filter, ackWait, maxAckPending, start);
  }
}
