package io.weir.messaging.jetstream;

import io.micrometer.core.instrument.Counter;
import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.ErrorListener;
import io.weir.messaging.jetstream.ConnectionStates.Event;
import io.weir.messaging.jetstream.security.TlsRefusal;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.messaging.tls.TlsFiles;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the NATS client tells, turned into events of {@link ConnectionStates}. The client calls all
 * of it from one thread that nothing else may hold up: only state is set here, and only actions run
 * that do not block. Thread-safe.
 */
final class BrokerCallbacks implements ErrorListener, SocketOwner {
  private final Logger log = LoggerFactory.getLogger(BrokerCallbacks.class);
  private final BrokerSettings settings;
  private final ConnectionStates states;
  private final Counter reconnects;
  private final Runnable onEstablished;
  private final ReconnectPace pace;
  private final List<Runnable> onResubscribed = new CopyOnWriteArrayList<>();
  private final List<Runnable> onDisconnected = new CopyOnWriteArrayList<>();
  private volatile @Nullable GuardedDataPort port;
  private volatile String lastError = "";
  private volatile Optional<String> refusal = Optional.empty();

  BrokerCallbacks(
      BrokerSettings settings,
      ConnectionStates states,
      Counter reconnects,
      Runnable onEstablished) {
    this.settings = settings;
    this.states = states;
    this.reconnects = reconnects;
    this.onEstablished = onEstablished;
    this.pace = new ReconnectPace(settings.reconnectWait(), settings.connectTimeout());
  }

  void onResubscribed(Runnable action) {
    onResubscribed.add(action);
  }

  void onDisconnected(Runnable action) {
    onDisconnected.add(action);
  }

  /** The last thing that went wrong since the connection was made; empty when nothing did. */
  String lastError() {
    return lastError;
  }

  /** Why the two sides do not accept each other, when that is what went wrong. */
  Optional<String> refusal() {
    return refusal;
  }

  void wentWrong(Exception failure) {
    TlsRefusal.of(failure).ifPresent(this::refused);
    lastError =
        refusal.orElseGet(() -> BrokerSettings.masked(String.valueOf(failure.getMessage())));
  }

  private void refused(String reason) {
    boolean news = !refusal.equals(Optional.of(reason));
    refusal = Optional.of(reason);
    lastError = reason;
    // At start it becomes the one line that the service ends with.
    if (news && states.state() == ConnectionState.RECONNECTING) {
      log.atWarn().addKeyValue("reason", reason).log("NATS connection refused, trying on");
    }
  }

  void connectionEvent(Connection source, ConnectionListener.Events event) {
    if (states.state().compareTo(ConnectionState.DRAINING) >= 0) {
      return; // Events come late; once we close they change nothing.
    }
    switch (event) {
      case CONNECTED -> established();
      case RECONNECTED -> reconnects.increment();
      case RESUBSCRIBED -> {
        established();
        log.atInfo().addKeyValue("url", settings.shownUrl()).log("reconnected to NATS");
        onResubscribed.forEach(Runnable::run);
      }
      case DISCONNECTED -> {
        if (states.on(Event.LOST)) {
          log.atWarn().addKeyValue("url", settings.shownUrl()).log("lost NATS, reconnecting");
        }
        onDisconnected.forEach(Runnable::run);
      }
      case CLOSED -> {
        if (states.on(Event.ENDED)) {
          // The client ends a connection whose credentials were refused twice, whatever is
          // configured.
          ServiceRuntime.fail(
              "the NATS client gave up (" + lastError + "); the service must be started anew");
        }
      }
      case DISCOVERED_SERVERS, LAME_DUCK -> log.atInfo().addKeyValue("event", event).log("NATS");
    }
  }

  private void established() {
    lastError = "";
    refusal = Optional.empty();
    onEstablished.run();
    var _ = states.on(Event.ESTABLISHED);
  }

  @Override
  public void errorOccurred(Connection source, String error) {
    lastError = BrokerSettings.masked(error);
    log.atWarn().addKeyValue("reason", lastError).log("NATS error");
  }

  @Override
  public void exceptionOccurred(Connection source, Exception exception) {
    wentWrong(exception);
    log.atDebug().setCause(exception).log("NATS client exception");
  }

  @Override
  public void connecting(GuardedDataPort next) {
    port = next;
  }

  @Override
  public ReconnectPace pace() {
    return pace;
  }

  /** Bytes that went over the connection. */
  long transferred() {
    GuardedDataPort current = port;
    return current == null ? 0 : current.transferred();
  }

  /** Ends the connection, so that the client makes another. */
  void cut() {
    GuardedDataPort current = port;
    try {
      if (current != null) {
        current.cut();
      }
    } catch (IOException e) {
      log.atDebug().setCause(e).log("connection not cut");
    }
  }

  @Override
  public SSLContext tls() throws IOException {
    TlsFiles tls =
        settings
            .tls()
            .orElseThrow(() -> new IOException("the connection is not meant to be encrypted"));
    return tls.context();
  }

  @Override
  public void tlsFailed(SSLException failure) {
    TlsRefusal.of(failure).ifPresent(this::refused);
  }
}
