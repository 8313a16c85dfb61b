package io.weir.platform.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.runtime.InvalidSettingsException;
import io.weir.messaging.runtime.SettingsReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenSettingsTest {
  private static final Map<String, String> WHOLE =
      Map.of(
          "JWT_JWKS_URL",
          "https://issuer.example/jwks",
          "JWT_ISSUER",
          "https://issuer.example/",
          "JWT_AUDIENCE",
          "weir, weir-console");

  @TempDir Path folder;

  private static TokenSettings read(Map<String, String> environment) {
    var settings = SettingsReader.of(environment);
    TokenSettings read = TokenSettings.read(settings, true);
    settings.check();
    return read;
  }

  private static String refusal(String name, String value) {
    var changed = new HashMap<>(WHOLE);
    changed.put(name, value);
    return refusal(changed);
  }

  private static String refusal(Map<String, String> environment) {
    return String.valueOf(
        assertThrows(InvalidSettingsException.class, () -> read(environment), environment::toString)
            .getMessage());
  }

  @Test
  void theIssuerItsKeysAndTheAudienceAreEnough() {
    assertEquals(
        new TokenSettings(
            new TokenSettings.KeysAt.Url(URI.create("https://issuer.example/jwks")),
            "https://issuer.example/",
            Set.of("weir", "weir-console"),
            Set.of("RS256", "ES256"),
            Duration.ofSeconds(30),
            "sub",
            "scope",
            new TokenSettings.KeyTimes(
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                Duration.ofSeconds(5))),
        read(WHOLE));
  }

  @Test
  void whatIsMissingIsNamedAllTogetherWhereTokensAreWanted() {
    String message = refusal(Map.of());
    for (String name : List.of("JWT_JWKS_URL", "JWT_ISSUER", "JWT_AUDIENCE")) {
      assertTrue(message.contains(name), message);
    }
    var settings = SettingsReader.of(Map.of());
    var _ = TokenSettings.read(settings, false);
    settings.check();
  }

  @Test
  void keysComeByHttpsOrFromThisMachine() {
    for (String right :
        List.of(
            "http://localhost:8080/jwks",
            "http://127.0.0.1/jwks",
            "http://[::1]:80/jwks",
            "HTTPS://issuer.example/jwks?version=2")) {
      var changed = new HashMap<>(WHOLE);
      changed.put("JWT_JWKS_URL", right);
      assertEquals(new TokenSettings.KeysAt.Url(URI.create(right)), read(changed).keysAt());
    }
    for (String wrong :
        List.of(
            "http://issuer.example/jwks",
            "http://localhost.issuer.example/jwks",
            "http://127.0.0.1.issuer.example/jwks",
            "http://10.0.0.1/jwks",
            "issuer.example/jwks",
            "file:///etc/jwks",
            "https:///jwks",
            "https://issuer.example/jwks#a",
            "https://a b/")) {
      assertTrue(refusal("JWT_JWKS_URL", wrong).contains(wrong), wrong);
    }
    String message = refusal("JWT_JWKS_URL", "https://ada:hunter2@issuer.example/jwks");
    assertFalse(message.contains("hunter2"), message);
  }

  @Test
  void algorithmsAreThoseOfPublicKeysOnly() {
    var changed = new HashMap<>(WHOLE);
    changed.put("JWT_ALGORITHMS", " ES384,PS256 ");
    assertEquals(Set.of("ES384", "PS256"), read(changed).algorithms());
    for (String wrong :
        List.of("none", "HS256", "RS256,HS256", "RS256,none", "rs256", ",", "RSA")) {
      assertTrue(refusal("JWT_ALGORITHMS", wrong).contains("JWT_ALGORITHMS"), wrong);
    }
  }

  @Test
  void timesClaimsAndMoreHaveBounds() {
    for (var wrong :
        Map.of(
                "JWT_CLOCK_SKEW", "1h",
                "JWT_JWKS_CACHE", "1s",
                "JWT_JWKS_OUTAGE", "30d",
                "JWT_JWKS_REFETCH", "0s",
                "JWT_JWKS_TIMEOUT", "forever",
                "JWT_USER_CLAIM", " ",
                "JWT_SCOPE_CLAIM", " ",
                "JWT_AUDIENCE", " , ")
            .entrySet()) {
      assertTrue(refusal(wrong.getKey(), wrong.getValue()).contains(wrong.getKey()));
    }
  }

  @Test
  void aFileIsReadAtTheStart() throws Exception {
    Path right = Files.write(folder.resolve("keys"), Samples.published(Samples.key("a")));
    var changed = new HashMap<>(WHOLE);
    changed.remove("JWT_JWKS_URL");
    changed.put("JWT_JWKS_FILE", right.toString());
    assertInstanceOf(TokenSettings.KeysAt.File.class, read(changed).keysAt());
    changed.put("JWT_JWKS_FILE", Files.writeString(folder.resolve("no"), "{}").toString());
    assertTrue(refusal(changed).contains("JWT_JWKS_FILE"));
    changed.put("JWT_JWKS_FILE", folder.resolve("missing").toString());
    assertTrue(refusal(changed).contains("readable"));
    assertTrue(refusal("JWT_JWKS_FILE", right.toString()).contains("no file when"));
  }
}
