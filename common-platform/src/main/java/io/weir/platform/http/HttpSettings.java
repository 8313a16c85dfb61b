package io.weir.platform.http;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;

/**
 * Limits of an HTTP interface.
 *
 * @param maxBodyBytes longest request body that is read
 * @param readTimeout how long a connection may stay silent while something is awaited from it, the
 *     next request included
 * @param bodyTimeout how long a body may take to come in, however steadily it does
 * @param maxConcurrent most requests in hand at once
 * @param queueWait how long a further one waits for a place before it is turned away
 */
public record HttpSettings(
    int maxBodyBytes,
    Duration readTimeout,
    Duration bodyTimeout,
    int maxConcurrent,
    Duration queueWait) {
  private static final int MIB = 1024 * 1024;

  /**
   * Reads {@code HTTP_MAX_BODY} [{@code defaultMaxBody}], {@code HTTP_READ_TIMEOUT} [60 s], {@code
   * HTTP_BODY_TIMEOUT} [2 min], {@code HTTP_MAX_CONCURRENT} [512] and {@code HTTP_QUEUE_WAIT} [2
   * s].
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
            "how long a connection may stay silent while the server waits for it"),
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
            "how long a further HTTP request waits for a place"));
  }
}
