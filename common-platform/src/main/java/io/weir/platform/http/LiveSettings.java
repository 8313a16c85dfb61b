package io.weir.platform.http;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Bounds of what a service keeps open for those who watch.
 *
 * @param maxOpen most streams and sockets
 * @param maxOpenPerUser most of them of one user, where users are told apart
 * @param keepAlive after so long a silence a comment is sent, or a ping
 * @param stall who does not read for so long is given up
 * @param maxMessageBytes longest message from a client of a socket
 * @param origins of web pages that may open sockets; empty for those of the service's own host
 */
public record LiveSettings(
    int maxOpen,
    int maxOpenPerUser,
    Duration keepAlive,
    Duration stall,
    int maxMessageBytes,
    Set<String> origins) {
  public LiveSettings {
    origins = Set.copyOf(origins);
  }

  /**
   * Reads {@code LIVE_MAX_OPEN} [2,000], {@code LIVE_MAX_OPEN_PER_USER} [100], {@code
   * LIVE_KEEP_ALIVE} [15 s], {@code LIVE_STALL} [30 s], {@code LIVE_MAX_MESSAGE} [16 KiB] and
   * {@code LIVE_ORIGINS} [none].
   */
  public static LiveSettings read(SettingsReader settings) {
    return new LiveSettings(
        settings.integer(
            "LIVE_MAX_OPEN", 2_000, 1, 100_000, "most event streams and sockets that are open"),
        settings.integer(
            "LIVE_MAX_OPEN_PER_USER", 100, 1, 100_000, "most of them of one user, by key"),
        settings.duration(
            "LIVE_KEEP_ALIVE",
            Duration.ofSeconds(15),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            "after so long a silence a comment or a ping is sent"),
        settings.duration(
            "LIVE_STALL",
            Duration.ofSeconds(30),
            Duration.ofMillis(500),
            Duration.ofMinutes(10),
            "a client that does not read for so long is given up"),
        (int)
            settings.bytes(
                "LIVE_MAX_MESSAGE",
                16 * 1024,
                256,
                1 << 20,
                "longest message that a socket takes from its client"),
        origins(
            settings.text(
                "LIVE_ORIGINS",
                "",
                "origins of web pages that may open sockets, by comma; none: the own host's")));
  }

  private static Set<String> origins(String text) {
    return Stream.of(text.split(","))
        .map(String::strip)
        .filter(origin -> !origin.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
