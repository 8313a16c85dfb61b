package io.weir.messaging.jetstream;

import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.ConsumerInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.weir.messaging.DependencyUnavailableException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** JetStream's numbers of refusals that need a second look to be told plainly. */
  private static final int SUBJECTS_OVERLAP = 10065;

  private static final List<Integer> ANOTHER_HAS_THE_WORK = List.of(10099, 10100);

  static final Duration MOMENT = Duration.ofMillis(400);

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
  boolean ensure(ConsumerSpec spec) throws InterruptedException {
    String version = broker.connection().getServerInfo().getVersion();
    if (spec.filters().size() > 1
        && !ServerVersion.parse(version).map(one -> one.isAtLeast(2, 10, 0)).orElse(true)) {
      throw new TopologyRefusedException(
          "%s: several filters (%s) need nats-server 2.10 or newer, this is %s; use one filter, or a consumer each"
              .formatted(named(spec), spec.filters(), version));
    }
    var changed = new AtomicBoolean();
    patiently(named(spec), management -> changed.set(apply(management, spec)));
    return changed.get();
  }

  /** Whether the consumer is there and its leader answers; asks once, and waits for a moment. */
  ConsumerRepair.Found look(ConsumerSpec spec) {
    try {
      var _ = broker.management(MOMENT).getConsumerInfo(spec.stream(), spec.durable());
      return ConsumerRepair.Found.THERE;
    } catch (JetStreamApiException e) {
      return e.getErrorCode() == NOT_FOUND
          ? ConsumerRepair.Found.GONE
          : ConsumerRepair.Found.NO_ANSWER;
    } catch (IOException | DependencyUnavailableException e) {
      return ConsumerRepair.Found.NO_ANSWER;
    }
  }

  private static String named(ConsumerSpec spec) {
    return "consumer %s of stream %s".formatted(spec.durable(), spec.stream());
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
        if (!Refusals.isTransient(e)) {
          throw refused(what, "", e);
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

  private static TopologyRefusedException refused(
      String what, String detail, JetStreamApiException refusal) {
    return new TopologyRefusedException(
        "NATS refused %s: %s (error %d)%s"
            .formatted(what, refusal.getErrorDescription(), refusal.getApiErrorCode(), detail));
  }

  private void apply(JetStreamManagement management, StreamSpec spec)
      throws IOException, JetStreamApiException {
    String what = "stream " + spec.name();
    int replicas = broker.settings().replicas();
    var traits = ServerTraits.of(broker.connection().getServerInfo().getVersion(), replicas);
    Optional<StreamInfo> there = found(() -> management.getStreamInfo(spec.name()));
    Optional<StreamConfiguration> held = there.map(StreamInfo::getConfiguration);
    StreamConfiguration wanted =
        there
            .map(
                info ->
                    StreamShape.over(
                        info.getConfiguration(),
                        StreamBound.Held.of(info.getStreamState()),
                        spec,
                        replicas,
                        traits))
            .orElseGet(() -> StreamShape.of(spec, replicas, traits));
    Drift drift = new Drift();
    if (held.isPresent()) {
      drift = StreamShape.drift(held.get(), wanted);
      if (drift.isEmpty()) {
        return;
      }
      refuseFixed(what, drift, StreamShape.FIXED, "move its messages to a new stream");
    }
    log.atInfo()
        .addKeyValue("stream", spec.name())
        .addKeyValue("change", drift)
        .log(held.isPresent() ? "updating stream" : "creating stream");
    try {
      StreamConfiguration echoed =
          (held.isPresent() ? management.updateStream(wanted) : management.addStream(wanted))
              .getConfiguration();
      refuseRest(what, StreamShape.drift(echoed, wanted));
    } catch (JetStreamApiException e) {
      if (e.getApiErrorCode() == SUBJECTS_OVERLAP) {
        throw refused(what, overlapping(management, wanted), e);
      }
      throw plainly(what, drift, e);
    }
  }

  private boolean apply(JetStreamManagement management, ConsumerSpec spec)
      throws IOException, JetStreamApiException {
    String what = named(spec);
    Optional<ConsumerConfiguration> held =
        found(
            () ->
                management
                    .getConsumerInfo(spec.stream(), spec.durable())
                    .getConsumerConfiguration());
    ConsumerConfiguration wanted =
        held.map(current -> ConsumerShape.over(current, spec))
            .orElseGet(() -> ConsumerShape.of(spec));
    Drift drift = new Drift();
    if (held.isPresent()) {
      drift = ConsumerShape.drift(held.get(), wanted);
      if (drift.isEmpty()) {
        return false;
      }
      refuseFixed(what, drift, ConsumerShape.FIXED, "use another durable name");
    }
    log.atInfo()
        .addKeyValue("stream", spec.stream())
        .addKeyValue("consumer", spec.durable())
        .addKeyValue("change", drift)
        .log(held.isPresent() ? "updating consumer" : "creating consumer");
    try {
      ConsumerConfiguration echoed =
          management.addOrUpdateConsumer(spec.stream(), wanted).getConsumerConfiguration();
      refuseRest(what, ConsumerShape.drift(echoed, wanted));
      return true;
    } catch (JetStreamApiException e) {
      if (ANOTHER_HAS_THE_WORK.contains(e.getApiErrorCode())) {
        throw refused(what, others(management, spec), e);
      }
      throw plainly(what, drift, e);
    }
  }

  @FunctionalInterface
  private interface Lookup<T> {
    T look() throws IOException, JetStreamApiException;
  }

  private static <T> Optional<T> found(Lookup<T> lookup) throws IOException, JetStreamApiException {
    try {
      return Optional.of(lookup.look());
    } catch (JetStreamApiException e) {
      if (e.getErrorCode() == NOT_FOUND) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void refuseFixed(String what, Drift drift, List<String> fixed, String remedy) {
    drift
        .firstOf(fixed)
        .ifPresent(
            change -> {
              throw new TopologyRefusedException(
                  "%s: %s and can't be changed in place; %s, or keep the old value"
                      .formatted(what, change, remedy));
            });
  }

  private static void refuseRest(String what, Drift left) {
    if (!left.isEmpty()) {
      throw new TopologyRefusedException(
          "%s: the server did not take all of it (%s); it may be too old for it"
              .formatted(what, left));
    }
  }

  /** {@code refusal} itself when it passes by itself, else with what was to be changed. */
  private static JetStreamApiException plainly(
      String what, Drift drift, JetStreamApiException refusal) {
    if (Refusals.isTransient(refusal) || drift.isEmpty()) {
      return refusal;
    }
    throw refused(what, "; the change was " + drift, refusal);
  }

  private static String overlapping(JetStreamManagement management, StreamConfiguration wanted)
      throws IOException, JetStreamApiException {
    var taken = new ArrayList<String>();
    for (String subject : wanted.getSubjects()) {
      for (String other : management.getStreamNames(subject)) {
        if (!other.equals(wanted.getName())) {
          taken.add(
              "%s is (in part) stored by %s %s"
                  .formatted(
                      subject,
                      other,
                      management.getStreamInfo(other).getConfiguration().getSubjects()));
        }
      }
    }
    return "; " + String.join(", ", taken) + "; a subject belongs to one stream";
  }

  private static String others(JetStreamManagement management, ConsumerSpec spec)
      throws IOException, JetStreamApiException {
    var found = new ArrayList<String>();
    for (ConsumerInfo other : management.getConsumers(spec.stream())) {
      List<String> filters = other.getConsumerConfiguration().getFilterSubjects();
      found.add(
          other.getName() + " reads " + (filters == null || filters.isEmpty() ? "all" : filters));
    }
    return "; each message of a work queue is for one consumer, and there already %s"
        .formatted(String.join(", ", found));
  }
}
