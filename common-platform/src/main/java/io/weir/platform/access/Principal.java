package io.weir.platform.access;

import io.weir.platform.contract.Scope;
import io.weir.platform.usage.KeyBudget;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who is asking.
 *
 * @param userId whom the caller acts for, unless a scope lets them choose
 * @param via what they have shown
 * @param keyId the API key that they have shown; empty for everything else
 * @param scopes what they may do
 * @param perMinute most requests a minute; empty for no limit
 * @param budget what the key may use of models in a month, beside what its user may
 */
public record Principal(
    String userId,
    Via via,
    Optional<String> keyId,
    Set<Scope> scopes,
    OptionalInt perMinute,
    KeyBudget budget) {

  /** The ways to be known. */
  public enum Via {
    /** An API key. */
    KEY,
    /** A signed token of an identity provider. */
    TOKEN,
    /** Nothing: the service listens on this machine only and asks nobody. */
    LOCAL
  }

  public Principal {
    scopes = Set.copyOf(scopes);
  }

  /** One without a budget of its own. */
  public Principal(
      String userId, Via via, Optional<String> keyId, Set<Scope> scopes, OptionalInt perMinute) {
    this(userId, via, keyId, scopes, perMinute, KeyBudget.NONE);
  }

  /** Everybody, where nobody is asked: may do everything, for anybody. */
  public static Principal local(String userId) {
    return new Principal(
        userId, Via.LOCAL, Optional.empty(), Set.of(Scope.values()), OptionalInt.empty());
  }

  /** Whether they have {@code scope}. */
  public boolean may(Scope scope) {
    return scopes.contains(scope);
  }

  /** Whether they may act for {@code user}, and see what is theirs. */
  public boolean mayActFor(String user) {
    return userId.equals(user) || may(Scope.ANY_USER);
  }

  /** What counts their requests: a key by itself, others by their user. */
  public String limitedBy() {
    return keyId.map(id -> "key:" + id).orElse("user:" + userId);
  }
}
