package io.weir.platform.access;

import io.weir.platform.token.TokenAnswer;
import io.weir.platform.token.Tokens;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the signed tokens (JWT) of one issuer. Who shows one is the user that it names, with as
 * much of its scopes as we know. Thread-safe.
 */
public final class TokenVerifier implements Verifier {
  private static final Logger log = LoggerFactory.getLogger(TokenVerifier.class);

  private final Tokens tokens;
  private final UserRates rates;

  /** Does no I/O. */
  public TokenVerifier(Tokens tokens, UserRates rates) {
    this.tokens = tokens;
    this.rates = rates;
  }

  @Override
  public Optional<Admission> verify(String credential) throws InterruptedException {
    Optional<TokenAnswer> answer = tokens.check(credential);
    return answer.isPresent() ? Optional.of(admission(answer.get())) : Optional.empty();
  }

  private Admission admission(TokenAnswer answer) throws InterruptedException {
    return switch (answer) {
      case TokenAnswer.Valid(var user, var scopes) when NewKey.isUser(user) ->
          new Admission.Admitted(
              new Principal(
                  user, Principal.Via.TOKEN, Optional.empty(), scopes, rates.perMinute(user)));
      case TokenAnswer.Valid _ -> refused("it names a user who can't be one of ours");
      case TokenAnswer.Refused(var reason) -> refused(reason);
      case TokenAnswer.Unavailable(var reason, var retryAfter) ->
          new Admission.Unavailable(reason, retryAfter);
    };
  }

  private static Admission refused(String reason) {
    log.atDebug().addKeyValue("reason", reason).log("token refused");
    return new Admission.Refused();
  }
}
