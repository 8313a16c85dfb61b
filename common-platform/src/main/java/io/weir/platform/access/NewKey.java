package io.weir.platform.access;

import io.weir.platform.contract.Scope;
import io.weir.platform.usage.KeyBudget;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A key that is wanted.
 *
 * @param userId whom it acts for: 1 to 256 characters
 * @param name what its holder calls it: up to 100 characters
 * @param scopes what it may do: one or more
 * @param perMinute most requests a minute, from 1 to {@value #MOST_PER_MINUTE}; empty for what the
 *     user's plan says
 * @param expiresAt from when on it is refused; empty for never
 * @param budget what it may use of models in a month; only for keys whose calls are charged by the
 *     gateway
 */
public record NewKey(
    String userId,
    String name,
    Set<Scope> scopes,
    OptionalInt perMinute,
    Optional<Instant> expiresAt,
    KeyBudget budget) {
  /** Highest limit that a key may carry. */
  public static final int MOST_PER_MINUTE = 1_000_000;

  /** What is done with these is charged by others than the gateway, or to nobody. */
  private static final Set<Scope> CHARGED_ELSEWHERE =
      Set.of(Scope.UNCHARGED, Scope.JOBS_WRITE, Scope.PACKS_WRITE);

  private static final int LONGEST_USER = 256;
  private static final int LONGEST_NAME = 100;

  /**
   * @throws IllegalArgumentException with what is wrong, in words for the person who asked
   */
  public NewKey {
    scopes = Set.copyOf(scopes);
    check(!userId.isBlank(), "a key acts for a user: name one");
    check(
        isUser(userId),
        "a user is 1 to %d characters without control characters".formatted(LONGEST_USER));
    check(
        name.length() <= LONGEST_NAME && isPlain(name),
        "a key's name has up to %d characters, none of them a control character"
            .formatted(LONGEST_NAME));
    check(!scopes.isEmpty(), "a key without a scope may do nothing: name one of " + Scope.texts());
    check(
        perMinute.isEmpty()
            || (perMinute.getAsInt() >= 1 && perMinute.getAsInt() <= MOST_PER_MINUTE),
        "a key's rate is 1 to %d requests a minute".formatted(MOST_PER_MINUTE));
    check(
        !budget.limits() || scopes.stream().noneMatch(CHARGED_ELSEWHERE::contains),
        "a budget holds calls of models through the gateway only: a key that has one can't have"
            + " the scopes uncharged, jobs:write and packs:write, so make two keys");
  }

  /** One without a budget of its own. */
  public NewKey(
      String userId,
      String name,
      Set<Scope> scopes,
      OptionalInt perMinute,
      Optional<Instant> expiresAt) {
    this(userId, name, scopes, perMinute, expiresAt, KeyBudget.NONE);
  }

  /** Whether somebody may be called that, whoever names them. */
  static boolean isUser(String userId) {
    return !userId.isBlank() && userId.length() <= LONGEST_USER && isPlain(userId);
  }

  private static boolean isPlain(String text) {
    return text.chars().noneMatch(Character::isISOControl);
  }

  private static void check(boolean right, String wrong) {
    if (!right) {
      throw new IllegalArgumentException(wrong);
    }
  }
}
