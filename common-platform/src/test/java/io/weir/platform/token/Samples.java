package io.weir.platform.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Settings and keys for tests. */
final class Samples {
  static final String ISSUER = "https://issuer.example";
  static final Duration SKEW = Duration.ofSeconds(30);
  static final TokenSettings.KeyTimes TIMES =
      new TokenSettings.KeyTimes(
          Duration.ofMinutes(10),
          Duration.ofHours(1),
          Duration.ofSeconds(30),
          Duration.ofMillis(500));

  private Samples() {}

  static TokenSettings settings(String issuer, URI keys, TokenSettings.KeyTimes times) {
    return new TokenSettings(
        new TokenSettings.KeysAt.Url(keys),
        issuer,
        Set.of("weir-test", "weir-other"),
        Set.of("RS256", "ES256"),
        SKEW,
        "sub",
        "scope",
        times);
  }

  static TokenSettings settings() {
    return settings(ISSUER, URI.create("https://issuer.example/jwks"), TIMES);
  }

  static ECKey key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] published(JWK... keys) {
    return new JWKSet(List.of(keys)).toString(false).getBytes(StandardCharsets.UTF_8);
  }

  /** The header of a token that says it is signed with the key of this name. */
  static JWSHeader signedBy(String id) {
    return new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(id).build();
  }
}
