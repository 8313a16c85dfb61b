package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.weir.messaging.flow.PullState.Ask;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A pull as it is on the wire.
 *
 * @param from whom it asks
 * @param replyTo where messages are to come
 * @param shared whether other lanes share the permits
 */
record PullRequest(Ask ask, ConsumerSpec from, String replyTo, boolean shared) {
  static final Duration EXPIRES = Duration.ofSeconds(5);
  static final Duration HEARTBEAT = Duration.ofMillis(300);

  /** A pull that waits at one of several lanes ties its permits to it; too short for heartbeats. */
  private static final Duration SHARED_EXPIRES = Duration.ofSeconds(1);

  private static final int MAX_BYTES = 16 << 20;
  private static final String WAITS =
      ",\"expires\":%d,\"idle_heartbeat\":%d}".formatted(EXPIRES.toNanos(), HEARTBEAT.toNanos());
  private static final String WAITS_SHARED = ",\"expires\":%d}".formatted(SHARED_EXPIRES.toNanos());

  /** Sends it. Does not wait; throws what the client throws when it takes no more. */
  void send(Connection connection) {
    connection.publish(
        "$JS.API.CONSUMER.MSG.NEXT." + from.stream() + "." + from.durable(),
        replyTo,
        body().getBytes(StandardCharsets.UTF_8));
  }

  private String body() {
    String end = shared ? WAITS_SHARED : WAITS;
    return "{\"batch\":"
        + ask.count()
        + ",\"max_bytes\":"
        + MAX_BYTES
        + (ask.waits() ? end : ",\"no_wait\":true}");
  }
}
