package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.jetstream.ConnectionStates.Event;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a service to NATS. Waits for the server at start, reconnects for ever, and
 * tells those who pull when the subscriptions are back. Thread-safe.
 */
final class Broker {
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  private final Logger log = LoggerFactory.getLogger(Broker.class);
  private final String service;
  private final BrokerSettings settings;
  private final ConnectionStates states = new ConnectionStates();
  private final RoundTrips roundTrips;
  private final BrokerCallbacks callbacks;
  private final BrokerHealth health;
  private final List<Runnable> onAnswering = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private @Nullable volatile Connection connection;

  Broker(String service, BrokerSettings settings, MeterRegistry meters) {
    this.service = service;
    this.settings = settings;
    Counter reconnects =
        Counter.builder("weir.nats.reconnects")
            .description("Times the connection to NATS came back.")
            .register(meters);
    this.callbacks = new BrokerCallbacks(settings, states, reconnects, this::renewed);
    this.roundTrips =
        new RoundTrips(
            settings.roundTrips(),
            states,
            meters,
            callbacks::transferred,
            callbacks::cut,
            () -> onAnswering.forEach(Runnable::run));
    this.health = new BrokerHealth(settings, states, callbacks, roundTrips.health(), meters);
  }

  /**
   * Connects, however long that takes.
   *
   * @throws MessagingException when the server refuses us, or we refuse the server
   */
  void start() throws InterruptedException {
    var _ = states.on(Event.STARTED);
    long lastSaid = System.nanoTime() - SAY_EVERY.toNanos();
    for (int attempt = 0; ; attempt++) {
      try {
        Connection made = Nats.connect(options());
        connection = made;
        roundTrips.start(made, this::pause);
        log.atInfo().addKeyValue("url", settings.shownUrl()).log("connected to NATS");
        health.say(made.getServerInfo());
        return;
      } catch (AuthenticationException e) {
        throw new MessagingException(
            "NATS at %s refused the credentials: %s"
                .formatted(settings.shownUrl(), settings.credentials().toCheck()),
            e);
      } catch (IOException e) {
        callbacks.wentWrong(e);
        if (callbacks.refusal().isPresent()) {
          throw new MessagingException(
              "no connection to NATS at %s: %s"
                  .formatted(settings.shownUrl(), callbacks.refusal().get()),
              e);
        }
        if (System.nanoTime() - lastSaid >= SAY_EVERY.toNanos()) {
          lastSaid = System.nanoTime();
          log.atWarn()
              .addKeyValue("url", settings.shownUrl())
              .addKeyValue("reason", callbacks.lastError())
              .log("waiting for NATS");
        }
        if (pause(callbacks.pace().untilNext(attempt))) {
          throw new InterruptedException("closed while waiting for NATS");
        }
      }
    }
  }

  /** Waits, but not beyond {@link #close}; true when closing. */
  boolean pause(Duration duration) throws InterruptedException {
    return closing.await(duration.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** The connection. @throws DependencyUnavailableException before the first connect */
  Connection connection() {
    Connection current = connection;
    if (current == null) {
      throw new DependencyUnavailableException("nats", "not connected yet", null);
    }
    return current;
  }

  JetStream jetStream() {
    try {
      return connection().jetStream(jetStreamOptions());
    } catch (IOException e) {
      throw new DependencyUnavailableException("nats", String.valueOf(e.getMessage()), e);
    }
  }

  JetStreamManagement management() {
    return management(jetStreamOptions());
  }

  /** As {@link #management()}, with less patience for each answer. */
  JetStreamManagement management(Duration answer) {
    return management(JetStreamOptions.builder(jetStreamOptions()).requestTimeout(answer).build());
  }

  private JetStreamManagement management(JetStreamOptions options) {
    try {
      return connection().jetStreamManagement(options);
    } catch (IOException e) {
      throw new DependencyUnavailableException("nats", String.valueOf(e.getMessage()), e);
    }
  }

  static JetStreamOptions jetStreamOptions() {
    return JetStreamOptions.builder().requestTimeout(REQUEST_TIMEOUT).build();
  }

  ConnectionState state() {
    return states.state();
  }

  /** Whether there is a connection to send on, degraded or not. */
  boolean connected() {
    return states.state().connected();
  }

  /** Whether what is sent now is likely to be answered: connected, and the server is not silent. */
  boolean answers() {
    return connected() && !roundTrips.isSilent();
  }

  /**
   * Runs {@code action} whenever the server answers again after a silence, on the same connection;
   * it must not block.
   */
  void onAnswering(Runnable action) {
    onAnswering.add(action);
  }

  private void renewed() {
    roundTrips.renewed();
  }

  BrokerSettings settings() {
    return settings;
  }

  String service() {
    return service;
  }

  /** Runs {@code action} whenever the subscriptions are in place again; it must not block. */
  void onResubscribed(Runnable action) {
    callbacks.onResubscribed(action);
  }

  /** Runs {@code action} whenever the connection is lost; it must not block. */
  void onDisconnected(Runnable action) {
    callbacks.onDisconnected(action);
  }

  /** A round trip to the server. */
  void probe() throws InterruptedException {
    try {
      connection().flush(REQUEST_TIMEOUT);
    } catch (TimeoutException e) {
      throw new DependencyUnavailableException("nats", "no answer within " + REQUEST_TIMEOUT, e);
    }
    if (!connected()) {
      throw new DependencyUnavailableException("nats", callbacks.lastError(), null);
    }
  }

  List<HealthCheck> checks() {
    return health.checks(connection);
  }

  HealthCheck check() {
    return health.ofConnection();
  }

  Map<String, Object> facts() {
    return health.facts();
  }

  /** Sends what is buffered and closes; everything that uses the connection must be done. */
  void close() {
    closing.countDown();
    var _ = states.on(Event.STOPPING);
    Connection current = connection;
    if (current != null) {
      try {
        current.flush(Duration.ofSeconds(2));
      } catch (TimeoutException | IllegalStateException e) {
        log.atWarn()
            .addKeyValue("reason", String.valueOf(e.getMessage()))
            .log("flush at close failed");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      try {
        current.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    var _ = states.on(Event.ENDED);
  }

  private Options options() throws IOException {
    return ClientOptions.of(service, settings)
        .reconnectDelayHandler(callbacks.pace()::untilNext)
        .connectionListener(callbacks::connectionEvent)
        .errorListener(callbacks)
        .build();
  }
}
