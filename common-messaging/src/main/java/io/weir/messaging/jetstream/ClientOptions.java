package io.weir.messaging.jetstream;

import io.nats.client.Options;
import java.io.IOException;

/** The NATS client's options as the settings want them; who listens is the caller's to add. */
final class ClientOptions {
  /** What is sent while disconnected is held up to here; beyond it sending fails at once. */
  private static final long RECONNECT_BUFFER_BYTES = 8L << 20;

  private ClientOptions() {}

  /**
   * @throws IOException when a file of the TLS settings can't be used any more
   */
  static Options.Builder of(String service, BrokerSettings settings) throws IOException {
    Options.Builder options =
        new Options.Builder()
            .server(settings.url())
            .connectionName(service)
            .connectionTimeout(settings.connectTimeout())
            .maxReconnects(settings.maxReconnects())
            .reconnectBufferSize(RECONNECT_BUFFER_BYTES)
            .dataPortType(GuardedDataPort.class.getName())
            .pingInterval(settings.pingInterval())
            // RoundTrips asks more often, and decides when to give a silent connection up.
            .maxPingsOut(Integer.MAX_VALUE);
    if (settings.tls().isPresent()) {
      // Makes the client insist on TLS; each handshake then asks its SocketOwner for a context.
      options.sslContext(settings.tls().get().context());
    }
    settings.credentials().applyTo(options);
    return options;
  }
}
