package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamState;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Asks the server how its streams and consumers stand. Thread-safe. */
final class StreamStatuses {
  private final Broker broker;
  private final Clock clock;

  StreamStatuses(Broker broker, Clock clock) {
    this.broker = broker;
    this.clock = clock;
  }

  /** All streams by name. A stream or consumer that goes meanwhile is left out. */
  List<StreamStatus> all() {
    JetStreamManagement management = broker.management();
    var all = new ArrayList<StreamStatus>();
    try {
      for (StreamInfo stream : management.getStreams()) {
        all.add(status(management, stream));
      }
    } catch (IOException | JetStreamApiException | IllegalStateException e) {
      throw new DependencyUnavailableException("nats", "streams: " + e.getMessage(), e);
    }
    all.sort(Comparator.comparing(StreamStatus::name));
    return all;
  }

  private StreamStatus status(JetStreamManagement management, StreamInfo stream)
      throws IOException, JetStreamApiException {
    StreamState state = stream.getStreamState();
    String name = stream.getConfiguration().getName();
    var consumers = new ArrayList<StreamStatus.ConsumerStatus>();
    for (ConsumerInfo consumer : management.getConsumers(name)) {
      consumers.add(status(management, name, consumer));
    }
    return new StreamStatus(
        name,
        stream.getConfiguration().getRetentionPolicy().toString().toLowerCase(Locale.ROOT),
        state.getMsgCount(),
        state.getByteCount(),
        stream.getConfiguration().getMaxBytes(),
        stream.getConfiguration().getMaxMsgs(),
        state.getMsgCount() == 0 ? Optional.empty() : age(state.getFirstTime()),
        consumers);
  }

  private StreamStatus.ConsumerStatus status(
      JetStreamManagement management, String stream, ConsumerInfo consumer)
      throws IOException, JetStreamApiException {
    boolean behind = consumer.getNumPending() + consumer.getNumAckPending() > 0;
    return new StreamStatus.ConsumerStatus(
        consumer.getName(),
        consumer.getNumPending(),
        consumer.getNumAckPending(),
        consumer.getConsumerConfiguration().getMaxAckPending(),
        consumer.getRedelivered(),
        consumer.getNumWaiting(),
        behind ? lag(management, stream, consumer) : Duration.ZERO);
  }

  /** All up to the acknowledgement floor are settled: the next one that it reads is the oldest. */
  private Duration lag(JetStreamManagement management, String stream, ConsumerInfo consumer)
      throws IOException, JetStreamApiException {
    String filter = consumer.getConsumerConfiguration().getFilterSubject();
    long floor = consumer.getAckFloor().getStreamSequence();
    try {
      MessageInfo oldest =
          management.getNextMessage(
              stream, floor + 1, filter == null || filter.isEmpty() ? ">" : filter);
      return age(oldest.getTime()).orElse(Duration.ZERO);
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == 404) {
        return Duration.ZERO;
      }
      throw e;
    }
  }

  private Optional<Duration> age(@Nullable ZonedDateTime time) {
    if (time == null) {
      return Optional.empty();
    }
    Instant now = clock.instant();
    Instant then = time.toInstant();
    return Optional.of(then.isAfter(now) ? Duration.ZERO : Duration.between(then, now));
  }
}
