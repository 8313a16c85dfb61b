package io.weir.platform.token;

import io.weir.platform.contract.Scope;
import java.time.Duration;
import java.util.Set;

/** What a token is worth. */
public sealed interface TokenAnswer {
  /**
   * It is the issuer's, for us, and in force.
   *
   * @param user what the claim for the user says; 1 character or more, otherwise unchecked
   * @param scopes those that we know among its scopes
   */
  record Valid(String user, Set<Scope> scopes) implements TokenAnswer {
    public Valid {
      scopes = Set.copyOf(scopes);
    }
  }

  /**
   * It opens nothing.
   *
   * @param reason for logs: a fixed text, with nothing of the token in it
   */
  record Refused(String reason) implements TokenAnswer {}

  /**
   * Nobody can say now, since the issuer's keys are not to be had.
   *
   * @param reason for logs
   * @param retryAfter when asking again makes sense
   */
  record Unavailable(String reason, Duration retryAfter) implements TokenAnswer {}
}
