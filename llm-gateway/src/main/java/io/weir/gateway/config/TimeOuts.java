package io.weir.gateway.config;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;

/**
 * How long a provider may take.
 *
 * @param connect to accept the connection
 * @param firstByte from the request to the first event of a stream
 * @param idle between two pieces of a stream
 * @param total for the whole answer, plain or streamed
 */
public record TimeOuts(Duration connect, Duration firstByte, Duration idle, Duration total) {

  static TimeOuts read(SettingsReader settings) {
    Duration least = Duration.ofMillis(10);
    Duration most = Duration.ofHours(2);
    return new TimeOuts(
        settings.duration(
            "LLM_CONNECT_TIMEOUT",
            Duration.ofSeconds(10),
            least,
            most,
            "how long a provider may take to accept a connection"),
        settings.duration(
            "LLM_FIRST_BYTE_TIMEOUT",
            Duration.ofMinutes(2),
            least,
            most,
            "how long a provider may take to begin a stream"),
        settings.duration(
            "LLM_IDLE_TIMEOUT",
            Duration.ofMinutes(1),
            least,
            most,
            "how long a provider's stream may be silent"),
        settings.duration(
            "LLM_TOTAL_TIMEOUT",
            Duration.ofMinutes(10),
            least,
            most,
            "how long a provider may take for a whole answer"));
  }
}
