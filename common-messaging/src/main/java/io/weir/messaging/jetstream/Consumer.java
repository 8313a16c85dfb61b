package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.MeterRegistry;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a handler on the messages of a durable consumer, or of several in the order of their
 * priority: permit → pull → decode → validate → handle → publish → acknowledge → release, a virtual
 * thread a message unless its options say otherwise. Thread-safe.
 */
public final class Consumer<T> implements Component, HealthSource {
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(2);

  private final Logger log = LoggerFactory.getLogger(Consumer.class);
  private final Broker broker;
  private final List<ConsumerSpec> specs;
  private final ConsumerOptions options;
  private final Topology topology;
  private final Permits permits;
  private final DependencyGate gate;
  private final Results results;
  private final Leases leases;
  private final Processing<T> processing;
  private final Intake intake;
  private final PullLoop pulls;
  private final Upkeep upkeep;
  private volatile @Nullable String pausedBecause;
  private volatile boolean started;

  Consumer(
      Broker broker,
      Topology topology,
      Publisher publisher,
      FailureCounts failureCounts,
      DeadLetters deadLetters,
      MeterRegistry registry,
      Clock clock,
      List<ConsumerSpec> specs,
      Codec<T> codec,
      MessageHandler<T> handler,
      ConsumerOptions options) {
    this.broker = broker;
    this.topology = topology;
    this.specs = List.copyOf(specs);
    this.options = options;
    this.permits = new Permits(options.concurrency());
    var probes = new HashMap<>(options.probes());
    probes.put("nats", broker::probe);
    probes.put(Results.DEPENDENCY, () -> probeResults());
    this.gate = new DependencyGate(probes);
    this.results = new Results(broker, publisher, gate, this::resumePulls);
    Duration ackWait =
        specs.stream().map(ConsumerSpec::ackWait).min(Duration::compareTo).orElseThrow();
    this.leases = new Leases(ackWait, broker::connected);
    var settlement =
        new Settlement(
            broker::connected,
            results,
            failureCounts,
            deadLetters,
            gate,
            options,
            clock,
            RandomGenerator.getDefault());
    var settledHere = new OwnSettlements();
    this.upkeep =
        new Upkeep(
            name(), gate, new Leftovers(broker, specs, settledHere), this::resumePulls, clock);
    var meters = new ConsumerMeters(registry, specs, permits);
    this.processing =
        new Processing<>(
            codec,
            handler,
            options,
            failureCounts,
            settlement,
            publisher.tracing(),
            specs,
            meters,
            this::busy,
            this::resumePulls,
            settledHere,
            clock);
    this.intake =
        new Intake(leases, processing, options, specs, ackWait, this::released, this::caughtUp);
    this.pulls =
        new PullLoop(
            broker,
            specs,
            permits,
            this::isHeld,
            intake,
            new ConsumerRepair(name(), this::repair, this::look));
    meters.gauge(
        "weir.consumer.running", processing::running, "Messages that handlers are working on.");
    meters.gauge(
        "weir.consumer.queued", intake::waiting, "Messages in hand that wait for their key.");
    meters.gauge(
        "weir.consumer.paused", () -> isHeld() ? 1 : 0, "1 while nothing is pulled on purpose.");
  }

  @Override
  public void start() throws InterruptedException {
    for (ConsumerSpec spec : specs) {
      topology.ensure(spec);
    }
    broker.onResubscribed(leases::renewSoon);
    broker.onResubscribed(upkeep::reconnected);
    pulls.start();
    started = true;
    upkeep.start();
    log.atInfo()
        .addKeyValue("stream", specs.getFirst().stream())
        .addKeyValue("consumer", name())
        .addKeyValue("concurrency", options.concurrency())
        .log("consuming");
  }

  /**
   * Stops pulling until {@link #resume}; what is in hand goes on, and what was asked for already
   * may still come. The service stays ready, and its health page says so.
   *
   * @param reason for the operator
   */
  public void pause(String reason) {
    pausedBecause = reason;
    log.atInfo().addKeyValue("consumer", name()).addKeyValue("reason", reason).log("paused");
  }

  /** Ends a pause; does nothing when there is none. */
  public void resume() {
    if (pausedBecause != null) {
      pausedBecause = null;
      pulls.resumed();
      log.atInfo().addKeyValue("consumer", name()).log("resumed");
    }
  }

  /** Why it was paused; empty while it is not. */
  public Optional<String> paused() {
    return Optional.ofNullable(pausedBecause);
  }

  /** Finishes what is in hand; what is not done by the deadline is interrupted and handed back. */
  @Override
  public void drain(Duration timeout) throws InterruptedException {
    drained(timeout);
  }

  /** As {@link #drain}, and tells how it went. */
  public DrainReport drained(Duration timeout) throws InterruptedException {
    upkeep.stop();
    long deadline = System.nanoTime() + timeout.toNanos();
    processing.stopping();
    if (!started) {
      return new DrainReport(0, 0, 0);
    }
    pulls.stop(timeout);
    if (!awaitIdle(deadline)) {
      processing.abandoning();
      results.abandon();
      leases.interruptAll();
      var _ = awaitIdle(System.nanoTime() + AFTER_INTERRUPT.toNanos());
    }
    var report = new DrainReport(processing.finished(), processing.handedBack(), permits.inHand());
    log.atInfo()
        .addKeyValue("consumer", name())
        .addKeyValue("finished", report.finished())
        .addKeyValue("handed_back", report.handedBack())
        .addKeyValue("abandoned", report.abandoned())
        .log("consumer drained");
    return report;
  }

  @Override
  public void close() {
    leases.close();
  }

  @Override
  public List<HealthCheck> checks() {
    String name = "consumer:" + name();
    String waits = "messages wait in " + specs.getFirst().stream();
    if (!started) {
      return List.of(HealthCheck.degraded(name, "not consuming yet", waits));
    }
    if (!broker.connected()) {
      return List.of(HealthCheck.degraded(name, "waiting for NATS", waits));
    }
    String paused = pausedBecause;
    if (paused != null) {
      return List.of(HealthCheck.degraded(name, "paused: " + paused, waits));
    }
    Optional<String> away = gate.closedBecause();
    if (away.isPresent()) {
      return List.of(HealthCheck.degraded(name, "paused, waiting for " + away.get(), waits));
    }
    if (processing.runsAlone()) {
      return List.of(
          HealthCheck.degraded(name, "a message that may bring its worker down runs alone", waits));
    }
    Duration threshold = broker.settings().readinessTimeout();
    Duration silence = pulls.silence();
    if (silence.compareTo(threshold) > 0) {
      return List.of(
          HealthCheck.notReady(name, "no answer to a pull for " + silence.toSeconds() + " s", waits)
              .withAge(silence, threshold));
    }
    return List.of(HealthCheck.ok(name).withAge(silence, threshold));
  }

  private String name() {
    return ConsumerSpec.name(specs);
  }

  /** Whether nothing is to be pulled, by somebody's will. */
  private boolean isHeld() {
    return pausedBecause != null || gate.closedBecause().isPresent() || processing.runsAlone();
  }

  private void resumePulls() {
    pulls.resumed();
  }

  private void probeResults() {
    results.probe();
  }

  private int busy() {
    return permits.inHand() - intake.waiting();
  }

  private void released() {
    pulls.release();
  }

  private void caughtUp() {
    pulls.caughtUp();
  }

  /** Puts the consumers back in place; returns whether one was not. */
  private boolean repair() {
    boolean changed = false;
    try {
      for (ConsumerSpec spec : specs) {
        changed |= topology.ensure(spec);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return changed;
  }

  /** The first finding that is not that one is there. */
  private ConsumerRepair.Found look() {
    return specs.stream()
        .map(topology::look)
        .filter(found -> found != ConsumerRepair.Found.THERE)
        .findFirst()
        .orElse(ConsumerRepair.Found.THERE);
  }

  private boolean awaitIdle(long deadline) throws InterruptedException {
    // A message gives its room away before the last of its book-keeping is done.
    while (permits.inHand() > 0 || processing.running() > 0) {
      if (System.nanoTime() - deadline >= 0) {
        return false;
      }
      var _ = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
    }
    return true;
  }
}
