package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.jetstream.FailureCounts.Failures;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class FailuresTest {
  private static final Failures NONE = Failures.none(Instant.EPOCH);

  @Test
  void deliveriesThatNobodyEndedHaveVanished() {
    assertEquals(0, NONE.vanished(1));
    assertEquals(4, NONE.vanished(5));
    assertEquals(0, NONE.failedAt(5).vanished(6));
    assertEquals(1, NONE.handedBackAt(5).vanished(7));
    assertEquals(1, NONE.failedAt(5).count());
    assertEquals(0, NONE.handedBackAt(5).count());
  }

  @Test
  void aDeliveryThatNoHandlerSawSaysNothingForOrAgainst() {
    Failures suspect = NONE;
    for (int delivery = 5; delivery < 20; delivery++) {
      assertEquals(4, suspect.vanished(delivery));
      suspect = suspect.unseen();
    }
    Failures killer = NONE.aloneAt(5);
    for (int i = 0; i < 10; i++) {
      assertTrue(killer.vanishedAlone());
      killer = killer.unseen();
    }
  }

  @Test
  void whatLivedThroughItsLonelyRunIsNoSuspect() {
    Failures survived = NONE.aloneAt(5).handedBackAt(5);
    assertFalse(survived.vanishedAlone());
    assertEquals(0, survived.vanished(6));
  }

  @Test
  void whatCouldNotBeReadIsNotWritten() {
    Failures unread = Failures.unread(Instant.EPOCH, 9);
    assertEquals(0, unread.vanished(9));
    assertFalse(unread.vanishedAlone());
  }
}
