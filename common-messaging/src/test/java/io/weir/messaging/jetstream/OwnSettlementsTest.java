package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class OwnSettlementsTest {
  private static final long MILLION = 1 << 20;
  private final OwnSettlements settled = new OwnSettlements();

  private void settle(long sequence) {
    settled.add(new AckReply("S", "c", 1, sequence, Instant.EPOCH, 0));
  }

  @Test
  void onlyWhatWasSettledHereIsKnown() {
    settle(7);
    settle(5);
    assertTrue(settled.has("S", 5));
    assertFalse(settled.has("S", 6));
    assertTrue(settled.has("S", 7));
    assertFalse(settled.has("S", 8));
    assertFalse(settled.has("T", 7));
  }

  @Test
  void whatIsTooLongAgoIsForgottenAndNotTakenForAnother() {
    settle(1);
    settle(2);
    settle(MILLION + 1);
    assertFalse(settled.has("S", 1));
    assertTrue(settled.has("S", 2));
    assertTrue(settled.has("S", MILLION + 1));
    settle(5 * MILLION + 3);
    assertFalse(settled.has("S", 4 * MILLION + 2), "its place in the ring was another's");
    assertFalse(settled.has("S", MILLION + 1));
    settle(4);
    assertFalse(settled.has("S", 4));
    assertFalse(settled.has("S", 5 * MILLION + 4 - MILLION));
  }
}
