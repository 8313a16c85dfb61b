package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.ConsumerInfo;
import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.RequestHandler;
import io.weir.messaging.Subject;
import io.weir.messaging.TailListener;
import io.weir.messaging.flow.Probe;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.trace.Tracing;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A service's way to JetStream: one connection, and what works on it. Made without I/O; {@link
 * #start} waits for the server. Add it to the service before what it gives out. Thread-safe.
 */
public final class Messaging implements Component, HealthSource {
  private final Broker broker;
  private final Topology topology;
  private final Publisher publisher;
  private final DeadLetters deadLetters;
  private final FailureCounts failureCounts;
  private final ConsumerWatch watch;
  private final Requests requests;
  private final Tracing tracing;
  private final MeterRegistry meters;
  private final Clock clock;

  /** With the process's OpenTelemetry, if it has an SDK. */
  public Messaging(String service, BrokerSettings settings, MeterRegistry meters, Clock clock) {
    this(service, settings, meters, clock, Tracing.global());
  }

  public Messaging(
      String service, BrokerSettings settings, MeterRegistry meters, Clock clock, Tracing tracing) {
    this.broker = new Broker(service, settings, meters);
    this.topology = new Topology(broker);
    this.publisher = new Publisher(broker, PublishOptions.DEFAULT, meters, tracing, clock);
    this.deadLetters = new DeadLetters(broker, publisher, clock);
    this.failureCounts = new FailureCounts(broker);
    this.requests = new Requests(broker, tracing, meters);
    this.tracing = tracing;
    this.watch = new ConsumerWatch(broker, meters, clock, ConsumerWatch.EVERY);
    this.meters = meters;
    this.clock = clock;
  }

  /** Connects and puts dead letters and failure counts in place, however long that takes. */
  @Override
  public void start() throws InterruptedException {
    broker.start();
    publisher.start();
    requests.start();
    topology.ensure(LetterStore.STREAM);
    topology.ensure(AuditLog.STREAM);
    deadLetters.start();
    failureCounts.start();
    watch.start();
  }

  /** What is published and not acknowledged yet. */
  @Override
  public void drain(Duration timeout) throws InterruptedException {
    publisher.drain(timeout);
  }

  @Override
  public void close() {
    watch.close();
    publisher.close();
    broker.close();
  }

  public Publisher publisher() {
    return publisher;
  }

  public Requests requests() {
    return requests;
  }

  /**
   * A part that answers requests, found as a NATS micro service, while it runs; it refuses to start
   * where a stream captures its subject.
   */
  public <Q, A> Responder responder(
      ResponderSpec spec, Codec<Q> codec, RequestHandler<Q, A> handler, Codec<A> replyCodec) {
    return new Responder(broker, tracing, meters, spec, codec, handler, replyCodec);
  }

  public DeadLetters deadLetters() {
    return deadLetters;
  }

  /** A part that puts {@code streams} in place when it starts. */
  public Component streams(StreamSpec... streams) {
    for (StreamSpec stream : streams) {
      watch.addStream(stream.name());
    }
    return new Component() {
      @Override
      public void start() throws InterruptedException {
        for (StreamSpec stream : streams) {
          topology.ensure(stream);
        }
      }
    };
  }

  /** A part that hands the messages of {@code spec} to {@code handler} while it runs. */
  public <T> Consumer<T> consumer(
      ConsumerSpec spec, Codec<T> codec, MessageHandler<T> handler, ConsumerOptions options) {
    return prioritised(List.of(spec), codec, handler, options);
  }

  /**
   * A part that hands the messages of several durable consumers to {@code handler}, those of the
   * first before those of the second, and so on. They share the permits; none is starved: a full
   * lane gets at least a quarter of the turns of the one above it.
   *
   * @param lanes 1 to 8, the most urgent first
   */
  public <T> Consumer<T> prioritised(
      List<ConsumerSpec> lanes,
      Codec<T> codec,
      MessageHandler<T> handler,
      ConsumerOptions options) {
    lanes.forEach(watch::add);
    return new Consumer<>(
        broker,
        topology,
        publisher,
        failureCounts,
        deadLetters,
        meters,
        clock,
        lanes,
        codec,
        handler,
        options);
  }

  /**
   * A part that tells {@code listener} of all that {@code stream} gets while it runs, without
   * consuming anything. For streams that are kept by limits.
   */
  public <T> StreamTail<T> tail(StreamSpec stream, Codec<T> codec, TailListener<T> listener) {
    return new StreamTail<>(broker, stream.name(), codec, listener);
  }

  /**
   * The same for one subject of a stream, from a place in it: how a reader goes on that has left.
   * {@link TailListener#following} tells a loss only if the stream is another one; the reader has
   * to see from the messages themselves whether some are gone.
   *
   * @param after the sequence of the last message that was heard; 0 for all that is there
   */
  public <T> StreamTail<T> tail(
      StreamSpec stream, Subject subject, long after, Codec<T> codec, TailListener<T> listener) {
    return new StreamTail<>(broker, stream.name(), subject.name(), after + 1, codec, listener);
  }

  /**
   * The sequence of the last message that was stored in {@code stream}; 0 for none. Blocks for a
   * round trip.
   *
   * @throws DependencyUnavailableException when NATS is away, or has no such stream yet
   */
  public long lastSequence(String stream) {
    try {
      return broker.management().getStreamInfo(stream).getStreamState().getLastSequence();
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw new DependencyUnavailableException(
          "nats", "stream %s: %s".formatted(stream, e.getMessage()), e);
    }
  }

  /**
   * Whether a durable consumer has settled all that its stream had for it up to {@code sequence}.
   * Blocks for a round trip.
   *
   * @throws DependencyUnavailableException when NATS is away, or has no such consumer yet
   */
  public boolean hasSettled(ConsumerSpec consumer, long sequence) {
    try {
      ConsumerInfo info =
          broker.management().getConsumerInfo(consumer.stream(), consumer.durable());
      return info.getAckFloor().getStreamSequence() >= sequence
          || info.getNumPending() + info.getNumAckPending() == 0;
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw new DependencyUnavailableException(
          "nats", "consumer %s: %s".formatted(consumer.durable(), e.getMessage()), e);
    }
  }

  /** What {@code stream} still holds. For streams that are kept by limits. */
  public <T> StreamHistory<T> history(StreamSpec stream, Codec<T> codec) {
    return new StreamHistory<>(broker, stream.name(), codec);
  }

  /**
   * A part that turns messages which the server has delivered as often as their consumer allows
   * into dead letters; add it in the background of any service. Instances share the work.
   */
  public AdvisoryCollector advisoryCollector() {
    return new AdvisoryCollector(
        broker,
        topology,
        deadLetters,
        handler ->
            consumer(
                AdvisoryCollector.CONSUMER,
                MaxDeliveries.CODEC,
                handler,
                ConsumerOptions.DEFAULT.withConcurrency(4)));
  }

  /** Asks NATS for a round trip. */
  public Probe probe() {
    return broker::probe;
  }

  @Override
  public List<HealthCheck> checks() {
    return broker.checks();
  }

  @Override
  public Map<String, Object> facts() {
    return broker.facts();
  }
}
