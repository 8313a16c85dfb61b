package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.RetentionPolicy;
import io.weir.messaging.Delivery;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.runtime.Version;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the server's max-deliveries advisories into dead letters of class {@code max_deliveries},
 * with the message's body, headers and subject. Consumers of this library have no such limit: this
 * is the net under those that others made. On a work queue, where such a message would stay stored
 * and show in no count, it is removed once the letter is stored; from a stream that is kept by
 * limits it is not.
 *
 * <p>The server takes a stream on {@code $JS.EVENT.>}: a stream that acknowledges may not overlap
 * {@code $JS.>}, but events are the exception ({@code checkStreamCfg} in nats-server's {@code
 * server/stream.go}; seen on 2.9.10, 2.10.27 and 2.15.1). Advisories are published without a reply
 * subject, so nothing is acknowledged and the stream needs no {@code no_ack}.
 *
 * <p>Several instances share the work. Where it can't run, because somebody else's stream has taken
 * the advisories or the account may not read them, it says so and the service goes on without.
 * Thread-safe.
 */
public final class AdvisoryCollector
    implements Component, HealthSource, MessageHandler<MaxDeliveries> {
  private static final SubjectTemplate SUBJECT =
      new SubjectTemplate("$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.{stream}.{consumer}");

  static final StreamSpec STREAM =
      new StreamSpec(
          "ADVISORIES",
          List.of(SUBJECT),
          StreamSpec.Retention.WORK_QUEUE,
          StreamSpec.WhenFull.DROP_OLD,
          StreamSpec.Storage.FILE,
          Duration.ofDays(7),
          64L << 20);

  static final ConsumerSpec CONSUMER = ConsumerSpec.of(STREAM.name(), "dead-letter-collector");

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration AFTER_REFUSAL = Duration.ofSeconds(30);
  private static final int NOT_FOUND = 404;

  private final Logger log = LoggerFactory.getLogger(AdvisoryCollector.class);
  private final Broker broker;
  private final Topology topology;
  private final DeadLetters letters;
  private final Consumer<MaxDeliveries> consumer;
  private volatile boolean consuming;
  private volatile String refused = "";

  /**
   * @param consumers makes the consumer of {@link #CONSUMER} with this handler
   */
  AdvisoryCollector(
      Broker broker,
      Topology topology,
      DeadLetters letters,
      Function<MessageHandler<MaxDeliveries>, Consumer<MaxDeliveries>> consumers) {
    this.broker = broker;
    this.topology = topology;
    this.letters = letters;
    this.consumer = consumers.apply(this);
  }

  @Override
  public void start() throws InterruptedException {
    while (!broker.connected()) {
      if (broker.pause(LOOK_EVERY)) {
        return;
      }
    }
    try {
      topology.ensure(STREAM);
      consumer.start();
      consuming = true;
    } catch (TopologyRefusedException e) {
      refused = String.valueOf(e.getMessage());
      log.atWarn().addKeyValue("reason", refused).log("max-deliveries advisories not collected");
    }
  }

  @Override
  public void drain(Duration timeout) throws InterruptedException {
    consumer.drain(timeout);
  }

  @Override
  public void close() {
    consumer.close();
  }

  @Override
  public List<HealthCheck> checks() {
    if (!refused.isEmpty()) {
      return List.of(
          HealthCheck.degraded(
              "consumer:" + CONSUMER.durable(),
              refused,
              "messages that other clients' consumers gave up do not become dead letters"));
    }
    return consuming
        ? consumer.checks().stream().map(HealthCheck::withoutBlocking).toList()
        : List.of();
  }

  @Override
  public Outcome handle(Delivery<MaxDeliveries> delivery) {
    MaxDeliveries advisory = delivery.payload();
    JetStreamManagement management = broker.management();
    try {
      Optional<MessageInfo> message = message(management, advisory);
      if (message.isEmpty()) {
        return Outcome.skip(
            "message %d of %s is gone".formatted(advisory.sequence(), advisory.stream()));
      }
      MessageInfo found = message.get();
      byte[] data = found.getData();
      byte[] payload = data == null ? new byte[0] : data;
      Instant published = Objects.requireNonNull(found.getTime()).toInstant();
      letters.add(letter(advisory, found, payload.length, published), published, payload);
      boolean workQueue =
          management.getStreamInfo(advisory.stream()).getConfiguration().getRetentionPolicy()
              == RetentionPolicy.WorkQueue;
      if (workQueue) {
        var _ = management.deleteMessage(advisory.stream(), advisory.sequence());
      }
      log.atWarn()
          .addKeyValue("stream", advisory.stream())
          .addKeyValue("consumer", advisory.consumer())
          .addKeyValue("sequence", advisory.sequence())
          .addKeyValue("deliveries", advisory.deliveries())
          .log("delivered too often, dead-lettered");
      return Outcome.done();
    } catch (PublishFailedException e) {
      return Outcome.handBack("dead letter not stored: " + e.getMessage(), AFTER_REFUSAL);
    } catch (IOException e) {
      throw new DependencyUnavailableException("nats", String.valueOf(e.getMessage()), e);
    } catch (JetStreamApiException e) {
      return Outcome.handBack(String.valueOf(e.getMessage()), AFTER_REFUSAL);
    }
  }

  private static Optional<MessageInfo> message(
      JetStreamManagement management, MaxDeliveries advisory)
      throws IOException, JetStreamApiException {
    try {
      return Optional.of(management.getMessage(advisory.stream(), advisory.sequence()));
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private DeadLetterHead letter(
      MaxDeliveries advisory, MessageInfo message, int size, Instant published) {
    return new DeadLetterHead(
        0,
        0,
        0,
        advisory.at(),
        Objects.requireNonNull(message.getSubject()),
        LetterStore.values(message.getHeaders()),
        advisory.stream(),
        advisory.consumer(),
        advisory.sequence(),
        advisory.deliveries(),
        published,
        advisory.at(),
        "max_deliveries",
        "delivered %d times and never acknowledged".formatted(advisory.deliveries()),
        broker.service(),
        Version.current(),
        size,
        List.of());
  }
}
