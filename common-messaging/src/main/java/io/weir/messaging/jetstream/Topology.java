package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.DeliverPolicy;
import io.nats.client.api.DiscardPolicy;
import io.nats.client.api.RetentionPolicy;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.SubjectTemplate;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates streams and consumers, or updates them in place; never deletes one. After each change the
 * configuration that the server echoes is compared with the wanted one, because older servers
 * accept options they do not know and leave them out.
 */
final class Topology {
  private static final int NOT_FOUND = 404;
  private static final Duration RETRY = Duration.ofMillis(500);

  /** Largest message of a stream: the server's 1 MiB less what a dead letter adds in headers. */
  private static final int MAX_MESSAGE_BYTES = (1 << 20) - (64 << 10);

  private final Logger log = LoggerFactory.getLogger(Topology.class);
  private final Broker broker;

  Topology(Broker broker) {
    this.broker = broker;
  }

  /** Waits for JetStream as long as it takes; what it refuses for good is thrown. */
  void ensure(StreamSpec spec) throws InterruptedException {
    int replicas = broker.settings().replicas();
    // A server on its own takes an update to more copies, says so, and keeps one (seen on 2.9.10).
    if (replicas > 1 && broker.connection().getServerInfo().getCluster() == null) {
      throw new TopologyRefusedException(
          "stream %s: NATS_REPLICAS is %d, but the server is in no cluster; set it to 1"
              .formatted(spec.name(), replicas));
    }
    patiently("stream " + spec.name(), management -> apply(management, spec));
  }

  /** As {@link #ensure(StreamSpec)}; the stream must be there. */
  void ensure(ConsumerSpec spec) throws InterruptedException {
    patiently("consumer " + spec.durable(), management -> apply(management, spec));
  }

  @FunctionalInterface
  private interface Change {
    void apply(JetStreamManagement management) throws IOException, JetStreamApiException;
  }

  private void patiently(String what, Change change) throws InterruptedException {
    while (true) {
      try {
        change.apply(broker.management());
        return;
      } catch (JetStreamApiException e) {
        if (!Transience.isTransient(e)) {
          throw new TopologyRefusedException(
              "NATS refused %s: %s (error %d)"
                  .formatted(what, e.getErrorDescription(), e.getApiErrorCode()));
        }
        waiting(what, e);
      } catch (IOException | DependencyUnavailableException e) {
        waiting(what, e);
      }
    }
  }

  private void waiting(String what, Exception reason) throws InterruptedException {
    log.atInfo()
        .addKeyValue("for", what)
        .addKeyValue("reason", reason.getMessage())
        .log("waiting for JetStream");
    if (broker.pause(RETRY)) {
      throw new InterruptedException("closed while waiting for JetStream");
    }
  }

  private void apply(JetStreamManagement management, StreamSpec spec)
      throws IOException, JetStreamApiException {
    StreamConfiguration wanted = configuration(spec);
    StreamConfiguration echoed;
    try {
      StreamConfiguration current = management.getStreamInfo(spec.name()).getConfiguration();
      Map<String, String> drift = drift(current, wanted);
      if (drift.isEmpty()) {
        return;
      }
      for (String fixed : List.of("storage", "retention")) {
        if (drift.containsKey(fixed)) {
          throw new TopologyRefusedException(
              "stream %s: %s is %s and can't be changed in place; move its messages to a new stream, or keep the old value"
                  .formatted(spec.name(), fixed, drift.get(fixed)));
        }
      }
      log.atInfo()
          .addKeyValue("stream", spec.name())
          .addKeyValue("change", drift)
          .log("updating stream");
      echoed = management.updateStream(wanted).getConfiguration();
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() != NOT_FOUND) {
        throw e;
      }
      log.atInfo().addKeyValue("stream", spec.name()).log("creating stream");
      echoed = management.addStream(wanted).getConfiguration();
    }
    Map<String, String> left = drift(echoed, wanted);
    if (!left.isEmpty()) {
      throw new TopologyRefusedException(
          "stream %s: the server did not take %s; it may be too old for it"
              .formatted(spec.name(), left));
    }
  }

  private StreamConfiguration configuration(StreamSpec spec) {
    return StreamConfiguration.builder()
        .name(spec.name())
        .subjects(spec.subjects().stream().map(SubjectTemplate::wildcard).toList())
        .retentionPolicy(
            switch (spec.retention()) {
              case WORK_QUEUE -> RetentionPolicy.WorkQueue;
              case LIMITS -> RetentionPolicy.Limits;
            })
        .discardPolicy(
            switch (spec.whenFull()) {
              case REFUSE_NEW -> DiscardPolicy.New;
              case DROP_OLD -> DiscardPolicy.Old;
            })
        .storageType(
            switch (spec.storage()) {
              case FILE -> StorageType.File;
              case MEMORY -> StorageType.Memory;
            })
        .maxAge(spec.maxAge())
        .maxBytes(spec.maxBytes())
        .maximumMessageSize(spec.name().equals(LetterStore.STREAM.name()) ? -1 : MAX_MESSAGE_BYTES)
        .duplicateWindow(window(spec))
        .replicas(broker.settings().replicas())
        .build();
  }

  /** The server wants a window no longer than the oldest message. */
  private static Duration window(StreamSpec spec) {
    if (spec.name().equals(LetterStore.STREAM.name())) {
      return LetterStore.DUPLICATE_WINDOW;
    }
    boolean shorter =
        !spec.maxAge().isZero() && spec.maxAge().compareTo(StreamSpec.DUPLICATE_WINDOW) < 0;
    return shorter ? spec.maxAge() : StreamSpec.DUPLICATE_WINDOW;
  }

  private static Map<String, String> drift(
      StreamConfiguration current, StreamConfiguration wanted) {
    var drift = new LinkedHashMap<String, String>();
    compare(drift, "storage", current.getStorageType(), wanted.getStorageType());
    compare(drift, "retention", current.getRetentionPolicy(), wanted.getRetentionPolicy());
    compare(drift, "subjects", sorted(current.getSubjects()), sorted(wanted.getSubjects()));
    compare(drift, "discard", current.getDiscardPolicy(), wanted.getDiscardPolicy());
    compare(drift, "max_age", current.getMaxAge(), wanted.getMaxAge());
    compare(drift, "max_bytes", current.getMaxBytes(), wanted.getMaxBytes());
    compare(drift, "max_msg_size", current.getMaximumMessageSize(), wanted.getMaximumMessageSize());
    compare(drift, "duplicate_window", current.getDuplicateWindow(), wanted.getDuplicateWindow());
    compare(drift, "replicas", current.getReplicas(), wanted.getReplicas());
    return drift;
  }

  private static List<String> sorted(List<String> subjects) {
    return subjects.stream().sorted().collect(Collectors.toList());
  }

  private void apply(JetStreamManagement management, ConsumerSpec spec)
      throws IOException, JetStreamApiException {
    ConsumerConfiguration wanted = configuration(spec);
    try {
      ConsumerConfiguration current =
          management.getConsumerInfo(spec.stream(), spec.durable()).getConsumerConfiguration();
      if (drift(current, wanted).isEmpty()) {
        return;
      }
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() != NOT_FOUND) {
        throw e;
      }
      log.atInfo()
          .addKeyValue("stream", spec.stream())
          .addKeyValue("consumer", spec.durable())
          .log("creating consumer");
    }
    ConsumerConfiguration echoed =
        management.addOrUpdateConsumer(spec.stream(), wanted).getConsumerConfiguration();
    Map<String, String> left = drift(echoed, wanted);
    if (!left.isEmpty()) {
      throw new TopologyRefusedException(
          "consumer %s of %s: the server did not take %s"
              .formatted(spec.durable(), spec.stream(), left));
    }
  }

  /**
   * Deliveries are not limited by the server: a work-queue message past its limit would stay stored
   * and show in no count. Nor has it a back-off list, which would replace the ack-wait.
   */
  private static ConsumerConfiguration configuration(ConsumerSpec spec) {
    ConsumerConfiguration.Builder builder =
        ConsumerConfiguration.builder()
            .durable(spec.durable())
            .ackPolicy(AckPolicy.Explicit)
            .ackWait(spec.ackWait())
            .maxDeliver(-1)
            .maxAckPending(spec.maxAckPending())
            .deliverPolicy(
                switch (spec.startAt()) {
                  case ALL -> DeliverPolicy.All;
                  case NEW -> DeliverPolicy.New;
                });
    spec.filter().ifPresent(filter -> builder.filterSubject(filter.wildcard()));
    return builder.build();
  }

  private static Map<String, String> drift(
      ConsumerConfiguration current, ConsumerConfiguration wanted) {
    var drift = new LinkedHashMap<String, String>();
    compare(drift, "ack_wait", current.getAckWait(), wanted.getAckWait());
    compare(drift, "max_deliver", current.getMaxDeliver(), wanted.getMaxDeliver());
    compare(drift, "max_ack_pending", current.getMaxAckPending(), wanted.getMaxAckPending());
    compare(drift, "filter_subject", filter(current), filter(wanted));
    compare(drift, "deliver_policy", current.getDeliverPolicy(), wanted.getDeliverPolicy());
    return drift;
  }

  private static String filter(ConsumerConfiguration configuration) {
    String filter = configuration.getFilterSubject();
    return filter == null ? "" : filter;
  }

  private static void compare(
      Map<String, String> drift, String field, @Nullable Object current, @Nullable Object wanted) {
    if (!Objects.equals(current, wanted)) {
      drift.put(field, current + " -> " + wanted);
    }
  }
}
