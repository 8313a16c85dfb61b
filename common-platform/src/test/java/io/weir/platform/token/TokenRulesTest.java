package io.weir.platform.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.contract.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TokenRulesTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final String HEADER = "{\"alg\":\"RS256\",\"kid\":\"a\"}";

  private final TokenRules rules = new TokenRules(Samples.settings());

  private static String token(String header, String claims) {
    return part(header) + "." + part(claims) + "." + part("signature");
  }

  private static String part(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Claims that are in order, with {@code more} after them, which counts if it comes twice. */
  private static String claims(Instant expires, String more) {
    return "{\"iss\":\"%s\",\"aud\":\"weir-test\",\"sub\":\"ada\",\"exp\":%d%s}"
        .formatted(Samples.ISSUER, expires.getEpochSecond(), more);
  }

  private static String good(String more) {
    return token(HEADER, claims(NOW.plusSeconds(60), more));
  }

  private void admits(String token) {
    assertInstanceOf(TokenRules.Reading.Claimed.class, rules.read(token, NOW), token);
  }

  private void refuses(String token, String because) {
    var refused = assertInstanceOf(TokenRules.Reading.Refused.class, rules.read(token, NOW));
    assertTrue(refused.reason().contains(because), refused::reason);
  }

  @Test
  void aTokenWhoseClaimsAreInOrderNamesItsUser() {
    var read =
        assertInstanceOf(
            TokenRules.Reading.Claimed.class, rules.read(good(",\"scope\":\"chat\""), NOW));
    assertEquals("ada", read.user());
    assertEquals(Set.of(Scope.CHAT), read.scopes());
  }

  @Test
  void theEndCountsWithTheSkewOfClocksAndNotASecondLonger() {
    admits(token(HEADER, claims(NOW.minus(Samples.SKEW).plusSeconds(1), "")));
    refuses(token(HEADER, claims(NOW.minus(Samples.SKEW), "")), "expired");
  }

  @Test
  void theBeginningDoesToo() {
    admits(good(",\"nbf\":" + NOW.plus(Samples.SKEW).getEpochSecond()));
    refuses(good(",\"nbf\":" + NOW.plus(Samples.SKEW).plusSeconds(1).getEpochSecond()), "nbf");
  }

  @Test
  void withoutAnEndItIsRefusedWhateverElseItHas() {
    refuses(
        token(
            HEADER,
            "{\"iss\":\"%s\",\"aud\":\"weir-test\",\"sub\":\"ada\"}".formatted(Samples.ISSUER)),
        "exp");
  }

  @Test
  void oneOfItsAudiencesIsEnough() {
    String claims =
        "{\"iss\":\"%s\",\"aud\":[\"x\",\"weir-other\"],\"sub\":\"ada\",\"exp\":%d}"
            .formatted(Samples.ISSUER, NOW.plusSeconds(60).getEpochSecond());
    admits(token(HEADER, claims));
    refuses(token(HEADER, claims.replace("weir-other", "weir-tests")), "aud");
    refuses(token(HEADER, claims.replace("[\"x\",\"weir-other\"]", "[]")), "aud");
    refuses(token(HEADER, claims.replace("issuer.example", "issuer.examples")), "iss");
  }

  @Test
  void onlyPinnedAlgorithmsAreLookedAt() {
    for (String other : List.of("HS256", "PS256", "RS512", "EdDSA", "none", "rs256")) {
      var read =
          rules.read(token(HEADER.replace("RS256", other), claims(NOW.plusSeconds(60), "")), NOW);
      assertInstanceOf(TokenRules.Reading.Refused.class, read, other);
    }
  }

  @Test
  void typesOfAccessTokensAreTakenAndOthersAreNot() {
    String claims = claims(NOW.plusSeconds(60), "");
    for (String type : List.of("JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt")) {
      admits(token("{\"alg\":\"ES256\",\"typ\":\"%s\"}".formatted(type), claims));
    }
    for (String type : List.of("logout+jwt", "secevent+jwt", "JOSE", "")) {
      refuses(token("{\"alg\":\"ES256\",\"typ\":\"%s\"}".formatted(type), claims), "typ");
    }
  }

  @Test
  void aCriticalHeaderIsNotUnderstood() {
    String claims = claims(NOW.plusSeconds(60), "");
    refuses(token("{\"alg\":\"RS256\",\"crit\":[\"x\"],\"x\":1}", claims), "crit");
    refuses(token("{\"alg\":\"RS256\",\"crit\":[\"exp\"],\"exp\":1}", claims), "crit");
  }

  @Test
  void scopesComeAsTextOrListAndThoseOfOtherServicesAreLeftOut() {
    assertEquals(
        Set.of(Scope.CHAT, Scope.JOBS_READ), scopes("\"openid chat  jobs:read Chat profile\""));
    assertEquals(Set.of(Scope.ANY_USER), scopes("[\"any-user\", 7, null, [\"chat\"], \"x\"]"));
    for (String none : List.of("\"\"", "7", "{\"chat\":true}", "null", "true", "\"chat,search\"")) {
      assertEquals(Set.of(), scopes(none), none);
    }
  }

  private Set<Scope> scopes(String claim) {
    return assertInstanceOf(
            TokenRules.Reading.Claimed.class, rules.read(good(",\"scope\":" + claim), NOW))
        .scopes();
  }

  @Test
  void aTokenThatIsTooLongIsNotEvenRead() {
    String padding = ",\"x\":\"%s\"";
    refuses(good(padding.formatted("x".repeat(TokenRules.LONGEST))), "too long");
    admits(good(padding.formatted("x".repeat(TokenRules.LONGEST / 2))));
  }

  @Test
  void nestingWithoutAnEndIsAReadingThatFailed() {
    refuses(token(HEADER, "{\"a\":".repeat(900)), "read");
    refuses(token("[".repeat(5_000), "{}"), "read");
    refuses(token("{\"alg\":" + "[".repeat(4_000), "{}"), "read");
  }

  @Test
  void reasonsHaveNothingOfTheTokenInThem() {
    String secret = "hunter2";
    for (String token :
        List.of(
            token(HEADER.replace("RS256", secret), claims(NOW, "")),
            token("{\"alg\":\"RS256\",\"typ\":\"%s\"}".formatted(secret), claims(NOW, "")),
            token(HEADER, secret),
            token(HEADER, "{\"iss\":\"%s\"}".formatted(secret)),
            token(HEADER, claims(NOW, "").replace("weir-test", secret)),
            secret + "." + secret + "." + secret)) {
      var read = assertInstanceOf(TokenRules.Reading.Refused.class, rules.read(token, NOW));
      assertFalse(read.reason().contains(secret), read::reason);
    }
  }

  @Test
  void threePartsMakeASignedToken() {
    assertTrue(TokenRules.isToken("a.b.c"));
    assertTrue(TokenRules.isToken("a.b."), "unsigned ones are ours to refuse");
    for (String other : List.of("", "weir_4fVtQ0xYb2Lm_x", "a.b", "a.b.c.d.e", ".a.b")) {
      assertFalse(TokenRules.isToken(other), other);
    }
  }

  @Test
  void aClaimMayNameTheUserInstead() {
    TokenSettings one = Samples.settings();
    var byMail =
        new TokenRules(
            new TokenSettings(
                one.keysAt(),
                one.issuer(),
                one.audiences(),
                one.algorithms(),
                Duration.ZERO,
                "email",
                "permissions",
                one.times()));
    var read =
        assertInstanceOf(
            TokenRules.Reading.Claimed.class,
            byMail.read(
                good(",\"email\":\"ada@b.c\",\"permissions\":[\"search\"],\"scope\":\"chat\""),
                NOW));
    assertEquals("ada@b.c", read.user());
    assertEquals(Set.of(Scope.SEARCH), read.scopes());
    assertInstanceOf(TokenRules.Reading.Refused.class, byMail.read(good(""), NOW));
  }
}
