package io.weir.platform.access;

import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.usage.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Whether callers are asked who they are, and how.
 *
 * @param mode what is asked for
 * @param anyHost whether, when nothing is asked for, requests may come under any host name
 * @param proxies whose word about the client's address is taken
 * @param failuresPerMinute most failed attempts a minute from one address
 * @param plan of users about whom nothing else is known: how often a key without a limit may ask
 * @param keys how long keys count as they were read
 */
public record AccessSettings(
    Mode mode,
    boolean anyHost,
    TrustedProxies proxies,
    int failuresPerMinute,
    Plan plan,
    KeyTimes keys) {

  /** What callers have to show. */
  public enum Mode {
    /** Nothing. */
    OFF,
    /** An API key. */
    KEYS
  }

  /**
   * How long a key counts as it was read.
   *
   * @param fresh always: so long a revoked key may still be admitted
   * @param outage while the store is away
   */
  public record KeyTimes(Duration fresh, Duration outage) {}

  /**
   * Reads {@code HTTP_AUTH} [off], {@code ALLOW_UNAUTHENTICATED} [false], {@code
   * HTTP_TRUSTED_PROXIES} [none], {@code HTTP_AUTH_FAILURES_PER_MINUTE} [30], {@code API_KEY_PLAN}
   * [lite], {@code API_KEY_CACHE} [10 s] and {@code API_KEY_OUTAGE} [5 min].
   */
  public static AccessSettings read(SettingsReader settings) {
    String mode =
        settings.choice(
            "HTTP_AUTH",
            "off",
            List.of("off", "keys"),
            "what callers have to show: nothing, or an API key (weir keys create makes one)");
    String proxies =
        settings.text(
            "HTTP_TRUSTED_PROXIES",
            "",
            "addresses and networks of proxies whose X-Forwarded-For is believed");
    Optional<TrustedProxies> trusted = TrustedProxies.parse(proxies);
    if (trusted.isEmpty()) {
      settings.problem(
          "HTTP_TRUSTED_PROXIES",
          proxies,
          "addresses and networks by comma, such as 10.0.0.0/8, 192.168.1.5, fd00::/8");
    }
    return new AccessSettings(
        mode.equals("keys") ? Mode.KEYS : Mode.OFF,
        settings.flag(
            "ALLOW_UNAUTHENTICATED",
            false,
            "serve HTTP without authentication on an address others can reach"),
        trusted.orElse(TrustedProxies.NONE),
        settings.integer(
            "HTTP_AUTH_FAILURES_PER_MINUTE",
            30,
            1,
            NewKey.MOST_PER_MINUTE,
            "failed attempts a minute from one address before it is told to wait"),
        Plan.of(
                settings.choice(
                    "API_KEY_PLAN",
                    Plan.LITE.key(),
                    Stream.of(Plan.values()).map(Plan::key).toList(),
                    "plan of users about whom nothing else is known; says how often their keys may"
                        + " ask"))
            .orElse(Plan.LITE),
        new KeyTimes(
            settings.duration(
                "API_KEY_CACHE",
                Duration.ofSeconds(10),
                Duration.ZERO,
                Duration.ofMinutes(1),
                "how long a key counts as it was read, and a revoked one still opens"),
            settings.duration(
                "API_KEY_OUTAGE",
                Duration.ofMinutes(5),
                Duration.ZERO,
                Duration.ofHours(1),
                "how long it does while MongoDB is away")));
  }

  /** The limit of keys that carry none: what {@link #plan} says, for everybody. */
  public UserRates rates() {
    OptionalInt perMinute =
        plan == Plan.UNLIMITED ? OptionalInt.empty() : OptionalInt.of(plan.requestsPerMinute());
    return _ -> perMinute;
  }
}
