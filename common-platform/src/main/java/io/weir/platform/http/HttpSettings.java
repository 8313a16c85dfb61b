package io.weir.platform.http;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;

/**
 * Limits of an HTTP interface.
 *
 * @param maxBodyBytes longest request body that is read
 * @param readTimeout how long a connection may stay silent while something is awaited from it, the
 *     next request included, and how long the head of a request may take to come in
 * @param bodyTimeout how long a body may take to come in, however steadily it does
 * @param maxConcurrent most requests in hand at once
 * @param queueWait how long a further one waits for a place before it is turned away
 * @param maxConnections most open connections; a further one waits until one of them has ended
 */
public record HttpSettings(
    int maxBodyBytes,
    Duration readTimeout,
    Duration bodyTimeout,
    int maxConcurrent,
    Duration queueWait,
    int maxConnections) {
  private static final int MIB = 1024 * 1024;
  private static final int CONNECTIONS = 8192;

  /** With 8,192 connections. */
  public HttpSettings(
      int maxBodyBytes,
      Duration readTimeout,
      Duration bodyTimeout,
      int maxConcurrent,
      Duration queueWait) {
    this(maxBodyBytes, readTimeout, bodyTimeout, maxConcurrent, queueWait, CONNECTIONS);
  }

  /**
   * Reads {@code HTTP_MAX_BODY} [{@code defaultMaxBody}], {@code HTTP_READ_TIMEOUT} [60 s], {@code
   * HTTP_BODY_TIMEOUT} [2 min], {@code HTTP_MAX_CONCURRENT} [512], {@code HTTP_QUEUE_WAIT} [2 s]
   * and {@code HTTP_MAX_CONNECTIONS} [8,192].
   */
  public static HttpSettings read(SettingsReader settings, int defaultMaxBody) {
    return new HttpSettings(
        (int)
            settings.bytes(
                "HTTP_MAX_BODY",
                defaultMaxBody,
                1024,
                256L * MIB,
                "longest request body that is read"),
        settings.duration(
            "HTTP_READ_TIMEOUT",
            Duration.ofSeconds(60),
            Duration.ofSeconds(1),
            Duration.ofMinutes(10),
            "how long a connection may stay silent while the server waits for it, and the head of a"
                + " request be under way"),
        settings.duration(
            "HTTP_BODY_TIMEOUT",
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Duration.ofMinutes(30),
            "how long a request body may take to come in"),
        settings.integer("HTTP_MAX_CONCURRENT", 512, 1, 100_000, "HTTP requests in hand at once"),
        settings.duration(
            "HTTP_QUEUE_WAIT",
            Duration.ofSeconds(2),
            Duration.ZERO,
            Duration.ofMinutes(1),
            "how long a further HTTP request waits for a place"),
        settings.integer(
            "HTTP_MAX_CONNECTIONS",
            CONNECTIONS,
            16,
            1_000_000,
            "open HTTP connections; a further one waits until one has ended"));
  }
}
