package io.weir.platform.token;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.weir.platform.contract.Scope;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What can be said of a token without its issuer's keys. All of it is looked at before the
 * signature: a token that would be refused anyway is no reason to look for keys. Pure; immutable.
 */
final class TokenRules {
  /** Longest token that is looked at, in characters. */
  static final int LONGEST = 8 * 1024;

  private static final int LONGEST_KEY_ID = 256;
  // Of tokens that are made to be shown to an API. Those for other ends, such as a logout, have
  // types of their own (RFC 8725, 3.11) and open nothing.
  private static final Set<String> TYPES = Set.of("jwt", "at+jwt", "application/at+jwt");

  private final TokenSettings settings;
  private final Set<JWSAlgorithm> algorithms;

  /** What is known of a token before its signature was checked. */
  sealed interface Reading {
    /** It would be in force, if its signature is right. */
    record Claimed(SignedJWT token, String user, Set<Scope> scopes) implements Reading {}

    /**
     * It opens nothing, whoever signed it.
     *
     * @param reason a fixed text
     */
    record Refused(String reason) implements Reading {}
  }

  TokenRules(TokenSettings settings) {
    this.settings = settings;
    this.algorithms =
        settings.algorithms().stream()
            .map(JWSAlgorithm::parse)
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether it has the form of a signed token: three parts. Others may be of other kinds. */
  static boolean isToken(String credential) {
    int first = credential.indexOf('.');
    int second = credential.indexOf('.', first + 1);
    return first > 0 && second > first && credential.indexOf('.', second + 1) < 0;
  }

  Reading read(String credential, Instant now) {
    if (credential.length() > LONGEST) {
      return refused("it is too long");
    }
    try {
      SignedJWT token = SignedJWT.parse(credential);
      Optional<String> wrong = wrong(token.getHeader());
      if (wrong.isEmpty()) {
        wrong = wrong(token.getJWTClaimsSet(), now);
      }
      return wrong.<Reading>map(Reading.Refused::new).orElseGet(() -> claimed(token));
    } catch (ParseException | IllegalArgumentException e) {
      return refused("it can't be read as a signed token");
    }
  }

  private Optional<String> wrong(JWSHeader header) {
    if (!algorithms.contains(header.getAlgorithm())) {
      return Optional.of("its algorithm is not among JWT_ALGORITHMS");
    }
    if (header.getType() != null
        && !TYPES.contains(header.getType().getType().toLowerCase(Locale.ROOT))) {
      return Optional.of("its type (typ) is for another end");
    }
    // None is understood here, and what is critical must be.
    if (header.getCriticalParams() != null || !header.isBase64URLEncodePayload()) {
      return Optional.of("it has a critical header (crit)");
    }
    return header.getKeyID() != null && header.getKeyID().length() > LONGEST_KEY_ID
        ? Optional.of("the name of its key (kid) is too long")
        : Optional.empty();
  }

  private Optional<String> wrong(JWTClaimsSet claims, Instant now) {
    if (!settings.issuer().equals(claims.getIssuer())) {
      return Optional.of("its issuer (iss) is not JWT_ISSUER");
    }
    if (Collections.disjoint(claims.getAudience(), settings.audiences())) {
      return Optional.of("its audience (aud) is not JWT_AUDIENCE");
    }
    Duration skew = settings.skew();
    Date expires = claims.getExpirationTime();
    if (expires == null) {
      return Optional.of("it has no end (exp)");
    }
    if (!now.isBefore(expires.toInstant().plus(skew))) {
      return Optional.of("it has expired (exp)");
    }
    Date begins = claims.getNotBeforeTime();
    return begins != null && now.plus(skew).isBefore(begins.toInstant())
        ? Optional.of("it is not in force yet (nbf)")
        : Optional.empty();
  }

  private Reading claimed(SignedJWT token) {
    try {
      JWTClaimsSet claims = token.getJWTClaimsSet();
      return claims.getClaim(settings.userClaim()) instanceof String user && !user.isBlank()
          ? new Reading.Claimed(token, user, scopes(claims.getClaim(settings.scopeClaim())))
          : refused("it names no user (JWT_USER_CLAIM)");
    } catch (ParseException e) {
      return refused("it can't be read as a signed token");
    }
  }

  /** Those that we know; an issuer has others, for other services. */
  private static Set<Scope> scopes(Object claim) {
    Stream<String> texts =
        switch (claim) {
          case String text -> Arrays.stream(text.split(" ", -1));
          case List<?> list ->
              list.stream().filter(String.class::isInstance).map(String.class::cast);
          case null, default -> Stream.empty();
        };
    return texts.flatMap(text -> Scope.of(text).stream()).collect(Collectors.toUnmodifiableSet());
  }

  private static Reading refused(String reason) {
    return new Reading.Refused(reason);
  }
}
