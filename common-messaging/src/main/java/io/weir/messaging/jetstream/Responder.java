package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.JetStreamApiException;
import io.nats.client.support.JsonValue;
import io.nats.client.support.JsonValueUtils;
import io.nats.service.Service;
import io.nats.service.ServiceEndpoint;
import io.nats.service.ServiceMessage;
import io.weir.messaging.Codec;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.RequestHandler;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.messaging.trace.Tracing;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A NATS micro service: answers requests on virtual threads, a bounded number at once, and is found
 * by {@code $SRV.PING}, {@code INFO} and {@code STATS}. A request beyond the bound is answered with
 * 503 and a hint when to come again, at once. Thread-safe.
 */
public final class Responder implements Component {
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration UNSUBSCRIBE = Duration.ofSeconds(1);
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(2);
  private static final int NOT_ENABLED = 10039;

  private final Logger log = LoggerFactory.getLogger(Responder.class);
  private final Broker broker;
  private final ResponderSpec spec;
  private final Answering<?, ?> answering;
  private final Semaphore permits;
  private final AtomicLong rejected = new AtomicLong();
  private final Set<Thread> running = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Service service;

  <Q, A> Responder(
      Broker broker,
      Tracing tracing,
      MeterRegistry meters,
      ResponderSpec spec,
      Codec<Q> codec,
      RequestHandler<Q, A> handler,
      Codec<A> replyCodec) {
    this.broker = broker;
    this.spec = spec;
    this.permits = new Semaphore(spec.concurrency());
    this.answering =
        new Answering<>(
            broker, tracing, new RequestMeter(meters), spec, codec, handler, replyCodec);
    Gauge.builder("weir.responder.running", this, Responder::inHand)
        .description("Requests that are being answered.")
        .tag("endpoint", spec.endpoint())
        .register(meters);
    Gauge.builder("weir.responder.permits", spec, ResponderSpec::concurrency)
        .description("Most requests that are answered at once.")
        .tag("endpoint", spec.endpoint())
        .register(meters);
  }

  /**
   * Begins to answer.
   *
   * @throws TopologyRefusedException when a stream captures the subject: callers would get
   *     JetStream's acknowledgements for answers
   */
  @Override
  public void start() throws InterruptedException {
    refuseInsideAStream();
    Service made =
        Service.builder()
            .connection(broker.connection())
            .name(spec.name())
            .version(spec.version())
            .description(spec.description())
            .drainTimeout(UNSUBSCRIBE)
            .addServiceEndpoint(
                ServiceEndpoint.builder()
                    .endpointName(spec.endpoint())
                    .endpointSubject(spec.subject().name())
                    .handler(this::take)
                    .statsDataSupplier(this::statistics)
                    .build())
            .build();
    var _ = made.startService();
    service = made;
    awaitSubscribed();
    log.atInfo()
        .addKeyValue("service", spec.name())
        .addKeyValue("subject", spec.subject())
        .addKeyValue("concurrency", spec.concurrency())
        .log("answering");
  }

  /** Takes no more requests and finishes those in hand; what is late is interrupted. */
  @Override
  public void drain(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    stop();
    if (!idleWithin(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
      int late = inHand();
      running.forEach(Thread::interrupt);
      boolean finished = idleWithin(AFTER_INTERRUPT);
      log.atWarn()
          .addKeyValue("service", spec.name())
          .addKeyValue("interrupted", late)
          .addKeyValue("abandoned", finished ? 0 : inHand())
          .log("responder drained late");
    }
  }

  private boolean idleWithin(Duration timeout) throws InterruptedException {
    boolean idle = permits.tryAcquire(spec.concurrency(), timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (idle) {
      permits.release(spec.concurrency());
    }
    return idle;
  }

  @Override
  public void close() {
    stop();
  }

  private void stop() {
    Service current = service;
    service = null;
    if (current != null) {
      // Without a connection a drain would wait for one.
      current.stop(broker.connected());
    }
  }

  private int inHand() {
    return spec.concurrency() - permits.availablePermits();
  }

  /** Runs on the client's thread: begins or refuses, and returns. */
  private void take(ServiceMessage message) {
    if (!permits.tryAcquire()) {
      rejected.incrementAndGet();
      answering.reject(message);
      return;
    }
    Thread.ofVirtual()
        .name(spec.endpoint())
        .start(
            () -> {
              running.add(Thread.currentThread());
              try {
                answering.answer(message);
              } finally {
                running.remove(Thread.currentThread());
                permits.release();
              }
            });
  }

  /**
   * The client's own statistics end when a request is handed to its thread, so the true ones are
   * beside them.
   */
  private JsonValue statistics() {
    return JsonValueUtils.mapBuilder()
        .put("running", inHand())
        .put("most_at_once", spec.concurrency())
        .put("answered", answering.answered())
        .put("errors", answering.errors())
        .put("rejected", rejected.get())
        .put("processing_nanos", answering.processing().toNanos())
        .toJsonValue();
  }

  /** A caller on another connection could be faster than our subscription. */
  private void awaitSubscribed() throws InterruptedException {
    try {
      broker.probe();
    } catch (DependencyUnavailableException e) {
      log.atInfo().addKeyValue("reason", e.getMessage()).log("will answer once NATS is back");
    }
  }

  private void refuseInsideAStream() throws InterruptedException {
    while (true) {
      try {
        List<String> streams = broker.management().getStreamNames(spec.subject().name());
        if (!streams.isEmpty()) {
          throw new TopologyRefusedException(
              "%s lies in stream %s: callers would get JetStream's acknowledgements for answers; take the subject out of the stream"
                  .formatted(spec.subject(), String.join(", ", streams)));
        }
        return;
      } catch (JetStreamApiException e) {
        if (e.getApiErrorCode() == NOT_ENABLED) {
          return;
        }
        waiting(e);
      } catch (IOException | DependencyUnavailableException e) {
        waiting(e);
      }
    }
  }

  private void waiting(Exception reason) throws InterruptedException {
    log.atInfo()
        .addKeyValue("for", "responder " + spec.name())
        .addKeyValue("reason", reason.getMessage())
        .log("waiting for JetStream");
    if (broker.pause(RETRY)) {
      throw new InterruptedException("closed while waiting for JetStream");
    }
  }
}
