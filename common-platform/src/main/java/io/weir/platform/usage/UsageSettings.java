package io.weir.platform.usage;

import io.weir.messaging.runtime.SettingsReader;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * How usage is counted and limited.
 *
 * @param plan of users about whom nothing else is known
 * @param maxPending most pieces of work that one of them may have open at once
 * @param openFor after so long a charge that nobody has closed is looked at
 * @param sweepEvery pause between two such looks
 */
public record UsageSettings(Plan plan, int maxPending, Duration openFor, Duration sweepEvery) {
  /**
   * Reads {@code MAX_PENDING_PER_USER} [1,000], {@code USAGE_OPEN_FOR} [1 h] and {@code
   * USAGE_SWEEP_EVERY} [1 min]. The plan is that of {@code API_KEY_PLAN} [lite] where {@code
   * HTTP_AUTH} asks callers who they are, and unlimited where nobody is asked.
   */
  public static UsageSettings read(SettingsReader settings) {
    String auth =
        settings.text(
            "HTTP_AUTH",
            "off",
            "what callers have to show: off for nothing, keys for an API key (weir keys create"
                + " makes one), jwt for an identity provider's token, keys,jwt for either");
    String plan =
        settings.choice(
            "API_KEY_PLAN",
            Plan.LITE.key(),
            Stream.of(Plan.values()).map(Plan::key).toList(),
            "plan of users about whom nothing else is known; says how often their keys may ask");
    return new UsageSettings(
        auth.strip().equalsIgnoreCase("off") ? Plan.UNLIMITED : Plan.of(plan).orElse(Plan.LITE),
        settings.integer(
            "MAX_PENDING_PER_USER",
            1_000,
            1,
            Usage.MOST_OPEN,
            "most pieces of work of one user that may wait or run at once"),
        settings.duration(
            "USAGE_OPEN_FOR",
            Duration.ofHours(1),
            Duration.ofSeconds(1),
            Duration.ofDays(7),
            "after which a reservation that nobody has ended is compared with its work"),
        settings.duration(
            "USAGE_SWEEP_EVERY",
            Duration.ofMinutes(1),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            "pause between two looks for such reservations"));
  }
}
