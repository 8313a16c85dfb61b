package io.weir.platform.access;

import io.weir.platform.contract.Scope;
import io.weir.platform.usage.KeyBudget;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What is known of an API key, its secret and the secret's hash left out: all of it may be shown to
 * operators.
 *
 * @param id names it, see {@link KeyText#id}
 * @param userId whom it acts for
 * @param name what its holder calls it
 * @param scopes what it may do
 * @param perMinute most requests a minute, where it is not the user's plan that says so
 * @param expiresAt from when on it is refused; empty for never
 * @param revokedAt when it was taken back; empty when it was not
 * @param lastUsedAt when it was last admitted, a minute more or less; empty for never
 * @param budget what it may use of models in a month, beside what its user may
 */
public record ApiKey(
    String id,
    String userId,
    String name,
    Set<Scope> scopes,
    OptionalInt perMinute,
    Instant createdAt,
    Optional<Instant> expiresAt,
    Optional<Instant> revokedAt,
    Optional<Instant> lastUsedAt,
    KeyBudget budget) {

  /** What a key is worth. */
  public enum State {
    ACTIVE,
    EXPIRED,
    REVOKED
  }

  public ApiKey {
    scopes = Set.copyOf(scopes);
  }

  /** One without a budget of its own. */
  public ApiKey(
      String id,
      String userId,
      String name,
      Set<Scope> scopes,
      OptionalInt perMinute,
      Instant createdAt,
      Optional<Instant> expiresAt,
      Optional<Instant> revokedAt,
      Optional<Instant> lastUsedAt) {
    this(
        id,
        userId,
        name,
        scopes,
        perMinute,
        createdAt,
        expiresAt,
        revokedAt,
        lastUsedAt,
        KeyBudget.NONE);
  }

  /** What it is worth at {@code now}; one that is revoked stays so when it expires. */
  public State state(Instant now) {
    if (revokedAt.isPresent()) {
      return State.REVOKED;
    }
    return expiresAt.filter(end -> !now.isBefore(end)).isPresent() ? State.EXPIRED : State.ACTIVE;
  }
}
