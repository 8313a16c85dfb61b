package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.Message;
import io.weir.messaging.Codec;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.flow.DependencyGate;
import io.weir.messaging.flow.Permits;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a handler on the messages of a durable consumer: permit → pull → decode → validate → handle
 * → publish → acknowledge → release, a virtual thread a message. Thread-safe.
 */
public final class Consumer<T> implements Component, HealthSource {
  private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(2);
  private static final Duration LATE = Duration.ofMillis(100);

  private final Logger log = LoggerFactory.getLogger(Consumer.class);
  private final Broker broker;
  private final ConsumerSpec spec;
  private final ConsumerOptions options;
  private final Topology topology;
  private final Permits permits;
  private final DependencyGate gate;
  private final Leases leases;
  private final PullLoop pulls;
  private final Processing<T> processing;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean started;

  Consumer(
      Broker broker,
      Topology topology,
      Publisher publisher,
      FailureCounts failureCounts,
      DeadLetters deadLetters,
      MeterRegistry registry,
      Clock clock,
      ConsumerSpec spec,
      Codec<T> codec,
      MessageHandler<T> handler,
      ConsumerOptions options) {
    this.broker = broker;
    this.topology = topology;
    this.spec = spec;
    this.options = options;
    this.permits = new Permits(options.concurrency());
    var probes = new HashMap<>(options.probes());
    probes.put("nats", broker::probe);
    this.gate = new DependencyGate(probes);
    this.leases = new Leases(spec.ackWait());
    this.pulls = new PullLoop(broker, spec, permits, gate, new Intake(), this::repair);
    var settlement =
        new Settlement(
            broker::connected,
            publisher,
            failureCounts,
            deadLetters,
            gate,
            options,
            clock,
            RandomGenerator.getDefault());
    this.processing =
        new Processing<>(
            spec,
            codec,
            handler,
            options,
            failureCounts,
            settlement,
            publisher.tracing(),
            leases,
            new ConsumerMeters(
                registry, spec, permits, () -> gate.closedBecause().isPresent() ? 1 : 0),
            clock);
  }

  @Override
  public void start() throws InterruptedException {
    topology.ensure(spec);
    pulls.start();
    started = true;
    Thread.ofVirtual().name("gate-" + spec.durable()).start(this::watchGate);
    log.atInfo()
        .addKeyValue("stream", spec.stream())
        .addKeyValue("consumer", spec.durable())
        .addKeyValue("concurrency", options.concurrency())
        .log("consuming");
  }

  /** Finishes what is in hand; what is not done by the deadline is interrupted and handed back. */
  @Override
  public void drain(Duration timeout) throws InterruptedException {
    stopping.countDown();
    processing.stopping();
    if (!started) {
      return;
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    int inHand = permits.running();
    pulls.stop(timeout);
    boolean finished = awaitIdle(deadline);
    int interrupted = permits.running();
    if (!finished) {
      leases.interruptAll();
      finished = awaitIdle(System.nanoTime() + AFTER_INTERRUPT.toNanos());
    }
    log.atInfo()
        .addKeyValue("consumer", spec.durable())
        .addKeyValue("in_hand", inHand)
        .addKeyValue("interrupted", interrupted)
        .addKeyValue("abandoned", finished ? 0 : permits.running())
        .log("consumer drained");
  }

  @Override
  public void close() {
    leases.close();
  }

  @Override
  public List<HealthCheck> checks() {
    String name = "consumer:" + spec.durable();
    Duration threshold = broker.settings().readinessTimeout();
    if (!started) {
      return List.of(
          HealthCheck.degraded(name, "not consuming yet", "messages wait in " + spec.stream()));
    }
    if (!broker.connected()) {
      return List.of(
          HealthCheck.degraded(name, "waiting for NATS", "messages wait in " + spec.stream()));
    }
    Optional<String> paused = gate.closedBecause();
    if (paused.isPresent()) {
      return List.of(
          HealthCheck.degraded(
              name, "paused, waiting for " + paused.get(), "messages wait in " + spec.stream()));
    }
    Duration silence = pulls.silence();
    if (silence.compareTo(threshold) > 0) {
      return List.of(
          HealthCheck.notReady(
                  name,
                  "no answer to a pull for " + silence.toSeconds() + " s",
                  "messages wait in " + spec.stream())
              .withAge(silence, threshold));
    }
    return List.of(HealthCheck.ok(name).withAge(silence, threshold));
  }

  private void repair() {
    try {
      topology.ensure(spec);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Pulls stop while the gate is closed, and go on when the probes succeed. */
  private void watchGate() {
    try {
      while (!stopping.await(PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        reopenWhenBack();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reopenWhenBack() throws InterruptedException {
    try {
      if (gate.closedBecause().isPresent() && gate.probe()) {
        log.atInfo()
            .addKeyValue("consumer", spec.durable())
            .log("dependencies back, pulling goes on");
        pulls.reopened();
      }
    } catch (RuntimeException | Error e) {
      // A watch that died would leave the gate shut for good.
      log.atWarn()
          .addKeyValue("consumer", spec.durable())
          .setCause(e)
          .log("probe failed, going on");
    }
  }

  private boolean awaitIdle(long deadline) throws InterruptedException {
    while (permits.running() > 0) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      var _ = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
    return true;
  }

  private final class Intake implements PullIntake {
    @Override
    public void take(Message message) {
      Thread.ofVirtual()
          .name(spec.durable())
          .start(
              () -> {
                try {
                  processing.process(message);
                } finally {
                  pulls.release();
                }
              });
    }

    @Override
    public void handBack(Message message) {
      message.nakWithDelay(LATE);
    }
  }
}
