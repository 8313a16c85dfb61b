package io.weir.platform.access;

import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.token.TokenSettings;
import io.weir.platform.usage.Plan;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether callers are asked who they are, and how.
 *
 * @param keys whether an API key is something to show
 * @param tokens which tokens are, if any; where neither is, nobody is asked
 * @param anyHost whether, when nothing is asked for, requests may come under any host name
 * @param proxies whose word about the client's address is taken
 * @param failuresPerMinute most failed attempts a minute from one address
 * @param plan of users about whom nothing else is known: how often a key without a limit may ask
 * @param keyTimes how long keys count as they were read
 */
public record AccessSettings(
    boolean keys,
    Optional<TokenSettings> tokens,
    boolean anyHost,
    TrustedProxies proxies,
    int failuresPerMinute,
    Plan plan,
    KeyTimes keyTimes) {
  private static final String AUTH = "HTTP_AUTH";
  private static final String OFF = "off";
  private static final String KEYS = "keys";
  private static final String TOKENS = "jwt";

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
   * [lite], {@code API_KEY_CACHE} [10 s], {@code API_KEY_OUTAGE} [5 min] and what {@link
   * TokenSettings#read} reads.
   */
  public static AccessSettings read(SettingsReader settings) {
    Set<String> shown = shown(settings);
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
        shown.contains(KEYS),
        Optional.of(TokenSettings.read(settings, shown.contains(TOKENS)))
            .filter(_ -> shown.contains(TOKENS)),
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

  /** Whether callers have to say who they are. */
  public boolean asks() {
    return keys || tokens.isPresent();
  }

  private static Set<String> shown(SettingsReader settings) {
    String text =
        settings.text(
            AUTH,
            OFF,
            "what callers have to show: off for nothing, keys for an API key (weir keys create"
                + " makes one), jwt for an identity provider's token, keys,jwt for either");
    Set<String> shown =
        Stream.of(text.split(",", -1))
            .map(word -> word.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (shown.equals(Set.of(OFF))) {
      return Set.of();
    }
    if (!Set.of(KEYS, TOKENS).containsAll(shown)) {
      settings.problem(AUTH, text, "off, keys, jwt, or keys,jwt");
    }
    return shown;
  }
}
