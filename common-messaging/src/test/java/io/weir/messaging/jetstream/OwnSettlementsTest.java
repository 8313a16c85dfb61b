package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import org.junit.jupiter.api.Test;

final class OwnSettlementsTest {
  private static final long RING = 1 << 17;
  private static final Instant STORED = Instant.parse("2026-11-22T04:05:06.123456789Z");
  private final OwnSettlements settled = new OwnSettlements();

  private void settle(long sequence) {
    settled.add(new AckReply("S", "c", 1, sequence, STORED, 0));
  }

  private boolean has(long sequence) {
    return settled.has("S", sequence, STORED);
  }

  @Test
  void onlyWhatWasSettledHereIsKnown() {
    settle(7);
    settle(5);
    assertTrue(has(5));
    assertFalse(has(6));
    assertTrue(has(7));
    assertFalse(has(8));
    assertFalse(settled.has("T", 7, STORED));
  }

  @Test
  void whatIsTooLongAgoIsForgottenAndNotTakenForAnother() {
    settle(1);
    settle(2);
    settle(RING + 1);
    assertFalse(has(1));
    assertTrue(has(2));
    assertTrue(has(RING + 1));
    assertFalse(has(2 * RING + 1), "its place in the ring was another's");
  }

  /** A restored stream counts on from where it was. */
  @Test
  void aSequenceThatIsGivenOutAgainIsAnotherMessage() {
    settle(7);
    assertFalse(settled.has("S", 7, STORED.plusNanos(1)));
  }
}
