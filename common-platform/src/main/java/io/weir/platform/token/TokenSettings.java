package io.weir.platform.token;

import io.weir.messaging.runtime.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which tokens are believed.
 *
 * @param keysAt where the issuer publishes its keys
 * @param issuer what {@code iss} says
 * @param audiences one of these is among {@code aud}
 * @param algorithms of signatures; all of public keys
 * @param skew how much our clock and the issuer's may differ
 * @param userClaim which claim names the user
 * @param scopeClaim which claim has the scopes
 * @param times how long keys count, and how often they are read
 */
public record TokenSettings(
    KeysAt keysAt,
    String issuer,
    Set<String> audiences,
    Set<String> algorithms,
    Duration skew,
    String userClaim,
    String scopeClaim,
    KeyTimes times) {
  private static final String URL = "JWT_JWKS_URL";
  private static final String FILE = "JWT_JWKS_FILE";
  private static final URI NOWHERE = URI.create("https://invalid.invalid/");
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[(::1|0:0:0:0:0:0:0:1)\\]");
  // EdDSA is the older name (RFC 8037), Ed25519 the newer one (RFC 9864) of the same.
  private static final List<String> ALGORITHMS =
      List.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
          "Ed25519");

  /** Where keys are. */
  public sealed interface KeysAt {
    record Url(URI url) implements KeysAt {}

    record File(Path path) implements KeysAt {}
  }

  /**
   * How the issuer's keys are kept.
   *
   * @param fresh how long they count as they were read
   * @param outage how long they do while they can't be read
   * @param refetch least time between two readings because of a key that is not among them
   * @param timeout of a reading
   */
  public record KeyTimes(Duration fresh, Duration outage, Duration refetch, Duration timeout) {}

  public TokenSettings {
    audiences = Set.copyOf(audiences);
    algorithms = Set.copyOf(algorithms);
  }

  /**
   * Reads {@code JWT_JWKS_URL} or {@code JWT_JWKS_FILE}, {@code JWT_ISSUER}, {@code JWT_AUDIENCE},
   * {@code JWT_ALGORITHMS} [RS256,ES256], {@code JWT_CLOCK_SKEW} [30 s], {@code JWT_USER_CLAIM}
   * [sub], {@code JWT_SCOPE_CLAIM} [scope], {@code JWT_JWKS_CACHE} [10 min], {@code
   * JWT_JWKS_OUTAGE} [1 h], {@code JWT_JWKS_REFETCH} [30 s] and {@code JWT_JWKS_TIMEOUT} [5 s].
   *
   * @param wanted whether tokens are asked for; what is missing is no problem otherwise
   */
  public static TokenSettings read(SettingsReader settings, boolean wanted) {
    String issuer = settings.text("JWT_ISSUER", "", "who makes tokens: their iss, to the letter");
    String audience =
        settings.text("JWT_AUDIENCE", "", "for whom they are: one of these, by comma, is in aud");
    Set<String> audiences = words(audience);
    if (wanted && issuer.isBlank()) {
      settings.problem("JWT_ISSUER", issuer, "the issuer of tokens, as their iss says it");
    }
    if (wanted && audiences.isEmpty()) {
      settings.problem("JWT_AUDIENCE", audience, "what the aud of tokens for Weir says");
    }
    return new TokenSettings(
        keysAt(settings, wanted),
        issuer,
        audiences,
        algorithms(settings),
        settings.duration(
            "JWT_CLOCK_SKEW",
            Duration.ofSeconds(30),
            Duration.ZERO,
            Duration.ofMinutes(5),
            "how much the issuer's clock may differ"),
        claim(settings, "JWT_USER_CLAIM", "sub", "claim of a token that names the user"),
        claim(settings, "JWT_SCOPE_CLAIM", "scope", "claim of a token that has the scopes"),
        times(settings));
  }

  private static KeysAt keysAt(SettingsReader settings, boolean wanted) {
    Optional<String> url =
        settings.optionalText(URL, "where the issuer of tokens publishes its keys (JWKS)");
    Optional<String> file = settings.optionalText(FILE, "file with the issuer's keys, instead");
    if (url.isPresent() && file.isPresent()) {
      settings.problem(FILE, file.get(), "no file when " + URL + " is set");
    }
    if (url.isPresent()) {
      Optional<URI> found = url(url.get());
      if (found.isEmpty()) {
        settings.problem(
            URL,
            url.get().contains("@") ? "***" : url.get(),
            "an https:// address without a user or fragment; http:// of this machine only");
      }
      return new KeysAt.Url(found.orElse(NOWHERE));
    }
    if (file.isPresent()) {
      return file(settings, file.get());
    }
    if (wanted) {
      settings.problem(URL, "", "where the issuer's keys are, or " + FILE);
    }
    return new KeysAt.Url(NOWHERE);
  }

  private static Optional<URI> url(String text) {
    try {
      var url = new URI(text.strip());
      String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
      String host = String.valueOf(url.getHost()).toLowerCase(Locale.ROOT);
      boolean right =
          url.getHost() != null
              && url.getRawUserInfo() == null
              && url.getRawFragment() == null
              && (scheme.equals("https")
                  || (scheme.equals("http") && LOOPBACK.matcher(host).matches()));
      return right ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }

  private static KeysAt file(SettingsReader settings, String text) {
    try {
      Path path = Path.of(text);
      var _ = KeySet.parse(KeySource.of(path).read());
      return new KeysAt.File(path);
    } catch (IOException | InvalidPathException e) {
      settings.problem(FILE, text, "a readable file with a set of keys (JWKS)");
    } catch (ParseException e) {
      settings.problem(FILE, text, "a set of keys (JWKS); " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new KeysAt.Url(NOWHERE);
  }

  private static Set<String> algorithms(SettingsReader settings) {
    String text =
        settings.text(
            "JWT_ALGORITHMS", "RS256,ES256", "algorithms of signatures that are believed");
    Set<String> wanted = words(text);
    if (wanted.isEmpty() || !ALGORITHMS.containsAll(wanted)) {
      settings.problem(
          "JWT_ALGORITHMS", text, "one or more by comma of " + String.join(", ", ALGORITHMS));
    }
    return wanted;
  }

  private static String claim(
      SettingsReader settings, String name, String fallback, String description) {
    String claim = settings.text(name, fallback, description).strip();
    if (claim.isEmpty()) {
      settings.problem(name, claim, "the name of a claim, such as " + fallback);
    }
    return claim;
  }

  private static KeyTimes times(SettingsReader settings) {
    Duration fresh =
        settings.duration(
            "JWT_JWKS_CACHE",
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofHours(24),
            "how long the issuer's keys count as they were read, and one that it withdrew still"
                + " opens");
    Duration outage =
        settings.duration(
            "JWT_JWKS_OUTAGE",
            Duration.ofHours(1),
            Duration.ZERO,
            Duration.ofDays(7),
            "how long they do while they can't be read");
    return new KeyTimes(
        fresh,
        outage,
        settings.duration(
            "JWT_JWKS_REFETCH",
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "least time between two readings because of a key that is not among them"),
        settings.duration(
            "JWT_JWKS_TIMEOUT",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "how long reading the issuer's keys may take"));
  }

  private static Set<String> words(String text) {
    return Stream.of(text.split(",", -1))
        .map(String::strip)
        .filter(word -> !word.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
