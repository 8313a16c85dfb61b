package io.weir.platform.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.factories.DefaultJWSVerifierFactory;
import com.nimbusds.jwt.SignedJWT;
import java.security.PublicKey;
import java.security.interfaces.EdECPublicKey;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Says what tokens are worth. They are the issuer's when their signature is made with one of the
 * keys that it publishes where the settings say, by an algorithm of the settings: neither a key nor
 * an address that comes with a token is ever used. Thread-safe.
 */
public final class Tokens {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final TokenRules rules;
  private final IssuerKeys keys;
  private final Clock clock;
  private final DefaultJWSVerifierFactory signatures = new DefaultJWSVerifierFactory();

  /** Does no I/O; {@link #begin} does. */
  public Tokens(TokenSettings settings, Clock clock) {
    this(
        settings,
        PATIENCE,
        clock,
        task -> Thread.ofVirtual().name("token-issuer-keys").start(task));
  }

  Tokens(TokenSettings settings, Duration patience, Clock clock, Executor background) {
    this.rules = new TokenRules(settings);
    this.clock = clock;
    TokenSettings.KeyTimes times = settings.times();
    KeySource source =
        switch (settings.keysAt()) {
          case TokenSettings.KeysAt.Url(var url) -> new HttpKeySource(url, times.timeout());
          case TokenSettings.KeysAt.File(var path) -> KeySource.of(path);
        };
    this.keys =
        new IssuerKeys(
            source,
            new IssuerKeys.Times(times.fresh(), times.outage(), times.refetch(), patience),
            clock,
            background);
  }

  /** Begins to read the issuer's keys, so that the first token finds them. Does not wait. */
  public void begin() {
    keys.begin();
  }

  /**
   * What {@code credential} is worth.
   *
   * @return empty when it has not the form of a signed token
   */
  public Optional<TokenAnswer> check(String credential) throws InterruptedException {
    if (!TokenRules.isToken(credential)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (rules.read(credential, clock.instant())) {
          case TokenRules.Reading.Refused(var reason) -> new TokenAnswer.Refused(reason);
          case TokenRules.Reading.Claimed claimed -> signed(claimed);
        });
  }

  private TokenAnswer signed(TokenRules.Reading.Claimed claimed) throws InterruptedException {
    return switch (keys.find(claimed.token().getHeader())) {
      case IssuerKeys.Answer.Unknown() ->
          new TokenAnswer.Refused("the issuer has no such key (kid)");
      case IssuerKeys.Answer.Away(var reason) ->
          new TokenAnswer.Unavailable(reason, IssuerKeys.RETRY);
      case IssuerKeys.Answer.Known(var found) -> signed(claimed, found);
    };
  }

  private TokenAnswer signed(TokenRules.Reading.Claimed claimed, List<PublicKey> found) {
    if (found.size() > 1) {
      // Two of one name, or a token that names none: whoever guesses is made to work for others.
      return new TokenAnswer.Refused("it fits several keys; it has to name one (kid)");
    }
    return isSignedWith(found.getFirst(), claimed.token())
        ? new TokenAnswer.Valid(claimed.user(), claimed.scopes())
        : new TokenAnswer.Refused("its signature is wrong");
  }

  private boolean isSignedWith(PublicKey key, SignedJWT token) {
    if (key instanceof EdECPublicKey edwards) {
      return Ed25519.isSignedWith(edwards, token);
    }
    try {
      return token.verify(signatures.createJWSVerifier(token.getHeader(), key));
    } catch (JOSEException | IllegalStateException e) {
      return false;
    }
  }
}
