package io.weir.messaging.jetstream;

import io.weir.messaging.SubjectTemplate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A durable consumer as it should be. Replicas of a service share it; another service that wants
 * the same messages has its own.
 *
 * @param stream the stream it reads
 * @param durable its name
 * @param filters the only subjects it gets, empty is all of the stream; more than one wants
 *     nats-server 2.10
 * @param ackWait a delivery that is neither settled nor renewed for so long is delivered again
 * @param maxAckPending most messages in hand of all instances together, delayed ones included
 * @param startAt which messages a new consumer begins with
 */
public record ConsumerSpec(
    String stream,
    String durable,
    List<SubjectTemplate> filters,
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

  public ConsumerSpec {
    filters = List.copyOf(filters);
  }

  /** All messages of {@code stream}, ack-wait 30 s, up to 1,000 in hand. */
  public static ConsumerSpec of(String stream, String durable) {
    return new ConsumerSpec(stream, durable, List.of(), Duration.ofSeconds(30), 1_000, StartAt.ALL);
  }

  /** The same for these subjects only. */
  public ConsumerSpec filteredBy(SubjectTemplate... subjects) {
    return new ConsumerSpec(stream, durable, List.of(subjects), ackWait, maxAckPending, startAt);
  }

  /** What it reads, in few values: its filter as a template, or its stream. */
  String destination() {
    return filters.size() == 1 ? filters.getFirst().template() : stream;
  }

  /** The subjects it gets, as the server is asked for them; one for all when it has no filter. */
  List<String> wildcards() {
    return filters.isEmpty()
        ? List.of(">")
        : filters.stream().map(SubjectTemplate::wildcard).toList();
  }

  /** How several consumers that share their permits are called together. */
  static String name(List<ConsumerSpec> specs) {
    return specs.stream().map(ConsumerSpec::durable).collect(Collectors.joining(","));
  }

  public ConsumerSpec withAckWait(Duration wait) {
    return new ConsumerSpec(stream, durable, filters, wait, maxAckPending, startAt);
  }

  public ConsumerSpec withMaxAckPending(int most) {
    return new ConsumerSpec(stream, durable, filters, ackWait, most, startAt);
  }

  public ConsumerSpec startingAt(StartAt start) {
    return new ConsumerSpec(stream, durable, filters, ackWait, maxAckPending, start);
  }
}
