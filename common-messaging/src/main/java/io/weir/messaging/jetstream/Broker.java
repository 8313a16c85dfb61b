package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.nats.client.AuthenticationException;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.nats.client.JetStream;
import io.nats.client.JetStreamManagement;
import io.nats.client.JetStreamOptions;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.runtime.ServiceRuntime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
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
  private static final Duration FIRST_WAIT = Duration.ofMillis(100);
  private static final Duration SAY_EVERY = Duration.ofSeconds(10);

  private final Logger log = LoggerFactory.getLogger(Broker.class);
  private final String service;
  private final BrokerSettings settings;
  private final Counter reconnects;
  private final List<Runnable> onResubscribed = new CopyOnWriteArrayList<>();
  private final List<Runnable> onDisconnected = new CopyOnWriteArrayList<>();
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile ConnectionState state = ConnectionState.DISCONNECTED;
  private volatile String lastError = "";
  private @Nullable volatile Connection connection;

  Broker(String service, BrokerSettings settings, MeterRegistry meters) {
    this.service = service;
    this.settings = settings;
    this.reconnects =
        Counter.builder("weir.nats.reconnects")
            .description("Times the connection to NATS came back.")
            .register(meters);
    Gauge.builder("weir.nats.connected", () -> state == ConnectionState.CONNECTED ? 1 : 0)
        .description("1 while connected to NATS.")
        .register(meters);
  }

  /**
   * Connects, however long that takes.
   *
   * @throws MessagingException when the server refuses the credentials
   */
  void start() throws InterruptedException {
    state = ConnectionState.CONNECTING;
    long lastSaid = System.nanoTime() - SAY_EVERY.toNanos();
    for (int attempt = 0; ; attempt++) {
      try {
        connection = Nats.connect(options());
        log.atInfo().addKeyValue("url", shownUrl()).log("connected to NATS");
        return;
      } catch (AuthenticationException e) {
        throw new MessagingException(
            "NATS at %s refused the credentials: check NATS_USER, NATS_PASSWORD, NATS_TOKEN or NATS_CREDS_FILE"
                .formatted(shownUrl()),
            e);
      } catch (IOException e) {
        lastError = masked(String.valueOf(e.getMessage()));
        if (System.nanoTime() - lastSaid >= SAY_EVERY.toNanos()) {
          lastSaid = System.nanoTime();
          log.atWarn()
              .addKeyValue("url", shownUrl())
              .addKeyValue("reason", lastError)
              .log("waiting for NATS");
        }
        if (pause(delay(attempt))) {
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
    try {
      return connection().jetStreamManagement(jetStreamOptions());
    } catch (IOException e) {
      throw new DependencyUnavailableException("nats", String.valueOf(e.getMessage()), e);
    }
  }

  static JetStreamOptions jetStreamOptions() {
    return JetStreamOptions.builder().requestTimeout(REQUEST_TIMEOUT).build();
  }

  ConnectionState state() {
    return state;
  }

  boolean connected() {
    return state == ConnectionState.CONNECTED;
  }

  BrokerSettings settings() {
    return settings;
  }

  String service() {
    return service;
  }

  /** Runs {@code action} whenever the subscriptions are in place again; it must not block. */
  void onResubscribed(Runnable action) {
    onResubscribed.add(action);
  }

  /** Runs {@code action} whenever the connection is lost; it must not block. */
  void onDisconnected(Runnable action) {
    onDisconnected.add(action);
  }

  /** A round trip to the server. */
  void probe() throws InterruptedException {
    try {
      connection().flush(REQUEST_TIMEOUT);
    } catch (TimeoutException e) {
      throw new DependencyUnavailableException("nats", "no answer within " + REQUEST_TIMEOUT, e);
    }
    if (!connected()) {
      throw new DependencyUnavailableException("nats", lastError, null);
    }
  }

  HealthCheck check() {
    return switch (state) {
      case CONNECTED -> HealthCheck.ok("nats");
      case DISCONNECTED, CONNECTING, RECONNECTING, DRAINING, CLOSED ->
          HealthCheck.down(
              "nats",
              "%s (%s)%s"
                  .formatted(
                      state.name().toLowerCase(Locale.ROOT),
                      shownUrl(),
                      lastError.isEmpty() ? "" : ": " + lastError),
              "messages wait in their streams; accepted requests wait in the store");
    };
  }

  Map<String, Object> facts() {
    return Map.of("nats", connected() ? "connected" : "disconnected");
  }

  /** Sends what is buffered and closes; everything that uses the connection must be done. */
  void close() {
    closing.countDown();
    state = ConnectionState.DRAINING;
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
    state = ConnectionState.CLOSED;
  }

  private Options options() {
    return ClientOptions.of(service, settings)
        .reconnectDelayHandler(tries -> delay((int) Math.min(tries, 20)))
        .connectionListener(this::connectionEvent)
        .errorListener(new Errors())
        .build();
  }

  /**
   * Exponential from 100 ms up to the configured wait, with jitter, so that services don't come
   * back in step.
   */
  private Duration delay(int attempt) {
    long bound = settings.reconnectWait().toMillis();
    long step = Math.min(bound, FIRST_WAIT.toMillis() << Math.min(attempt, 10));
    return Duration.ofMillis(step / 2 + ThreadLocalRandom.current().nextLong(step / 2 + 1));
  }

  /** Runs on the client's callback thread: state only, and actions that do not block. */
  private void connectionEvent(Connection source, ConnectionListener.Events event) {
    // Events come late, on another thread: once we close they change nothing.
    if (closing.getCount() == 0) {
      return;
    }
    switch (event) {
      case CONNECTED -> state = ConnectionState.CONNECTED;
      case RECONNECTED -> reconnects.increment();
      case RESUBSCRIBED -> {
        state = ConnectionState.CONNECTED;
        lastError = "";
        log.atInfo().addKeyValue("url", shownUrl()).log("reconnected to NATS");
        onResubscribed.forEach(Runnable::run);
      }
      case DISCONNECTED -> {
        if (state == ConnectionState.CONNECTED) {
          state = ConnectionState.RECONNECTING;
          log.atWarn().addKeyValue("url", shownUrl()).log("lost NATS, reconnecting");
        }
        onDisconnected.forEach(Runnable::run);
      }
      case CLOSED -> {
        // An attempt to connect that failed ends in this event too.
        if (state == ConnectionState.CONNECTED || state == ConnectionState.RECONNECTING) {
          // The client ends a connection whose credentials were refused twice, whatever is
          // configured.
          state = ConnectionState.CLOSED;
          ServiceRuntime.fail(
              "the NATS client gave up (" + lastError + "); the service must be started anew");
        }
      }
      case DISCOVERED_SERVERS, LAME_DUCK -> log.atInfo().addKeyValue("event", event).log("NATS");
    }
  }

  private String shownUrl() {
    return masked(settings.url());
  }

  /** Without the credentials of any URL in it; greedy, since a password may hold an at sign. */
  static String masked(String text) {
    return text.replaceAll("//[^\\s,\\]]*@", "//***@");
  }

  private final class Errors implements ErrorListener {
    @Override
    public void errorOccurred(Connection source, String error) {
      lastError = masked(error);
      log.atWarn().addKeyValue("reason", lastError).log("NATS error");
    }

    @Override
    public void exceptionOccurred(Connection source, Exception exception) {
      lastError = masked(String.valueOf(exception.getMessage()));
      log.atDebug().setCause(exception).log("NATS client exception");
    }
  }
}
