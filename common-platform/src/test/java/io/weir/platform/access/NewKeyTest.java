package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.platform.contract.Scope;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NewKeyTest {
  private static final Set<Scope> CHAT = Set.of(Scope.CHAT);
  private static final Optional<Instant> NEVER = Optional.empty();
  private static final OptionalInt OF_THE_PLAN = OptionalInt.empty();

  @Test
  void aKeyThatMakesNoSenseIsRefusedInWords() {
    for (String user : new String[] {"", "  ", "a\nb", "a".repeat(257)}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new NewKey(user, "", CHAT, OF_THE_PLAN, NEVER),
          user);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> new NewKey("ada", "n".repeat(101), CHAT, OF_THE_PLAN, NEVER));
    assertThrows(
        IllegalArgumentException.class, () -> new NewKey("ada", "", Set.of(), OF_THE_PLAN, NEVER));
    for (int rate : new int[] {0, -1, NewKey.MOST_PER_MINUTE + 1}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new NewKey("ada", "", CHAT, OptionalInt.of(rate), NEVER));
    }
  }

  @Test
  void aRevokedKeyStaysRevokedAndAnEndCountsFromItsVeryMoment() {
    Instant end = KeysInMemory.BIRTH.plusSeconds(60);
    ApiKey key = key(Optional.of(end), Optional.empty());
    assertEquals(ApiKey.State.ACTIVE, key.state(end.minusMillis(1)));
    assertEquals(ApiKey.State.EXPIRED, key.state(end));
    assertEquals(
        ApiKey.State.REVOKED, key(Optional.of(end), Optional.of(end.minusSeconds(1))).state(end));
    assertEquals(ApiKey.State.ACTIVE, key(NEVER, Optional.empty()).state(Instant.MAX));
  }

  private static ApiKey key(Optional<Instant> expiresAt, Optional<Instant> revokedAt) {
    return new ApiKey(
        "abcDEF012345",
        "ada",
        "laptop",
        CHAT,
        OF_THE_PLAN,
        KeysInMemory.BIRTH,
        expiresAt,
        revokedAt,
        Optional.empty());
  }
}
