package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamState;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the server at intervals how the streams and consumers of this service stand: what waits,
 * what is in hand anywhere, and how old the oldest message is that is not settled. What can't be
 * learned is shown as not a number rather than as it was. One thread for all; thread-safe.
 */
final class ConsumerWatch {
  static final Duration EVERY = Duration.ofSeconds(10);

  private static final int NOT_FOUND = 404;
  private static final double NANOS = 1e9;

  private final Logger log = LoggerFactory.getLogger(ConsumerWatch.class);
  private final Broker broker;
  private final MeterRegistry meters;
  private final Clock clock;
  private final Duration every;
  private final Map<ConsumerSpec, WatchedGauges> consumers = new ConcurrentHashMap<>();
  private final Map<String, WatchedGauges> streams = new ConcurrentHashMap<>();
  private final ScheduledExecutorService schedule =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("consumer-watch").daemon().factory());

  /**
   * @param every time between two looks
   */
  ConsumerWatch(Broker broker, MeterRegistry meters, Clock clock, Duration every) {
    this.broker = broker;
    this.meters = meters;
    this.clock = clock;
    this.every = every;
  }

  /** Watches the consumer and its stream from the next look on. */
  void add(ConsumerSpec spec) {
    addStream(spec.stream());
    consumers.computeIfAbsent(
        spec,
        added ->
            new WatchedGauges(meters, "stream", added.stream(), "consumer", added.durable())
                .with("weir.consumer.pending", "", "Messages that were never delivered.")
                .with("weir.consumer.ack.pending", "", "Messages delivered and not settled yet.")
                .with("weir.consumer.waiting.pulls", "", "Pull requests that wait at the server.")
                .with(
                    "weir.consumer.redelivered",
                    "",
                    "Messages not settled yet that were delivered more than once.")
                .with(
                    "weir.consumer.lag",
                    "seconds",
                    "Age of the oldest message that is not acknowledged; 0 when there is none."));
  }

  /** Watches the stream from the next look on. */
  void addStream(String name) {
    streams.computeIfAbsent(
        name,
        added ->
            new WatchedGauges(meters, "stream", added)
                .with("weir.stream.messages", "", "Messages in the stream.")
                .with("weir.stream.size", "bytes", "Bytes of the messages in the stream."));
  }

  void start() {
    var _ =
        schedule.scheduleWithFixedDelay(
            this::look, every.toMillis(), every.toMillis(), TimeUnit.MILLISECONDS);
  }

  void close() {
    schedule.shutdownNow();
  }

  /** Asks for all of them now; blocks. */
  void look() {
    streams.forEach((name, gauges) -> measured(gauges, () -> measure(name, gauges)));
    consumers.forEach((spec, gauges) -> measured(gauges, () -> measure(spec, gauges)));
  }

  private interface Measure {
    void run() throws IOException, JetStreamApiException;
  }

  private void measured(WatchedGauges gauges, Measure measure) {
    try {
      measure.run();
    } catch (IOException | JetStreamApiException | RuntimeException e) {
      // Away, or not made yet: the next look tells.
      log.atDebug().addKeyValue("reason", e.getMessage()).log("not measured");
      gauges.unknown();
    }
  }

  private void measure(String stream, WatchedGauges gauges)
      throws IOException, JetStreamApiException {
    StreamState state = broker.management().getStreamInfo(stream).getStreamState();
    gauges.set("weir.stream.messages", state.getMsgCount());
    gauges.set("weir.stream.size", state.getByteCount());
  }

  private void measure(ConsumerSpec spec, WatchedGauges gauges)
      throws IOException, JetStreamApiException {
    JetStreamManagement management = broker.management();
    ConsumerInfo info = management.getConsumerInfo(spec.stream(), spec.durable());
    gauges.set("weir.consumer.pending", info.getNumPending());
    gauges.set("weir.consumer.ack.pending", info.getNumAckPending());
    gauges.set("weir.consumer.waiting.pulls", info.getNumWaiting());
    gauges.set("weir.consumer.redelivered", info.getRedelivered());
    gauges.set("weir.consumer.lag", lag(management, spec, info));
  }

  /** What comes next above the ack floor is the oldest that is not acknowledged. */
  private double lag(JetStreamManagement management, ConsumerSpec spec, ConsumerInfo info)
      throws IOException, JetStreamApiException {
    if (info.getNumPending() == 0 && info.getNumAckPending() == 0) {
      return 0;
    }
    double longest = 0;
    for (String filter : spec.wildcards()) {
      longest = Math.max(longest, lag(management, spec, info, filter));
    }
    return longest;
  }

  private double lag(
      JetStreamManagement management, ConsumerSpec spec, ConsumerInfo info, String filter)
      throws IOException, JetStreamApiException {
    try {
      ZonedDateTime stored =
          management
              .getNextMessage(spec.stream(), info.getAckFloor().getStreamSequence() + 1, filter)
              .getTime();
      return stored == null
          ? Double.NaN
          : Math.max(0, Duration.between(stored.toInstant(), clock.instant()).toNanos() / NANOS);
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND || Refusals.isNoMessage(e)) {
        return 0;
      }
      throw e;
    }
  }
}
