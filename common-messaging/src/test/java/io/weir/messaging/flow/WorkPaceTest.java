package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class WorkPaceTest {
  private static final long QUICK = 100_000;
  private static final long SLOW = 1_200_000;
  private final WorkPace pace = new WorkPace();

  @Test
  void whatNothingIsKnownOfIsSlow() {
    assertFalse(pace.isQuick());
  }

  @Test
  void itIsQuickAfterSomeThatWere() {
    took(8, QUICK);
    assertFalse(pace.isQuick());
    took(32, QUICK);
    assertTrue(pace.isQuick());
  }

  @Test
  void oneThatWasHeldUpForHoursIsForgottenSoon() {
    took(100, QUICK);
    pace.took(10_000_000_000_000L);
    assertFalse(pace.isQuick());
    took(16, QUICK);
    assertTrue(pace.isQuick());
  }

  @Test
  void whatBecomesSlowIsSlowAndWhatBecomesQuickIsQuick() {
    took(1_000, QUICK);
    took(1_000, SLOW);
    assertFalse(pace.isQuick());
    took(1_000, QUICK);
    assertTrue(pace.isQuick());
  }

  private void took(int times, long nanos) {
    for (int i = 0; i < times; i++) {
      pace.took(nanos);
    }
  }
}
