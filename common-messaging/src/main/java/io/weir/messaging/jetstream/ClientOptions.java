package io.weir.messaging.jetstream;

import io.nats.client.Nats;
import io.nats.client.Options;

/** The NATS client's options as the settings want them; who listens is the caller's to add. */
final class ClientOptions {
  /** What is sent while disconnected is held up to here; beyond it sending fails at once. */
  private static final long RECONNECT_BUFFER_BYTES = 8L << 20;

  private ClientOptions() {}

  static Options.Builder of(String service, BrokerSettings settings) {
    Options.Builder options =
        new Options.Builder()
            .server(settings.url())
            .connectionName(service)
            .connectionTimeout(settings.connectTimeout())
            .maxReconnects(settings.maxReconnects())
            .reconnectBufferSize(RECONNECT_BUFFER_BYTES)
            .dataPortType(GuardedDataPort.class.getName())
            .pingInterval(settings.pingInterval());
    settings.token().ifPresent(token -> options.token(token.reveal().toCharArray()));
    settings
        .user()
        .ifPresent(
            user ->
                options.userInfo(
                    user.toCharArray(),
                    settings.password().map(secret -> secret.reveal()).orElse("").toCharArray()));
    settings.credentialsFile().ifPresent(file -> options.authHandler(Nats.credentials(file)));
    return options;
  }
}
