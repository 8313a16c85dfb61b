package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PermitsTest {
  @Test
  void aPullGetsNoMoreThanIsFree() {
    Permits permits = new Permits(8);
    assertEquals(5, permits.open(1, 5));
    assertEquals(3, permits.open(2, 8));
    assertEquals(0, permits.open(3, 1));
    assertTrue(permits.arrived(1));
    permits.released();
    assertEquals(1, permits.open(4, 8));
  }

  @Test
  void whatAnEndedPullMissesIsFreeAgain() {
    Permits permits = new Permits(4);
    permits.open(1, 4);
    permits.arrived(1);
    permits.ended(1);
    permits.ended(1);
    assertEquals(3, permits.free());
  }

  @Test
  void aLateMessageIsTakenOnlyWhenAPermitIsFree() {
    Permits permits = new Permits(2);
    permits.open(1, 2);
    permits.ended(1);
    assertTrue(permits.arrived(1), "both are free");
    assertEquals(1, permits.open(2, 2));
    assertFalse(permits.arrived(1), "one runs, one is asked for");
    assertEquals(1, permits.inHand());
  }

  /** Whatever comes in whatever order, no more is asked for and running than the limit. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 1_000, 10_000})
  void neverMoreInHandThanTheLimit(int limit) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    Permits permits = new Permits(limit);
    List<Long> pulls = new ArrayList<>();
    long next = 0;
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          permits.open(++next, 1 + random.nextInt(limit));
          pulls.add(next);
        }
        case 2, 3 -> {
          if (!pulls.isEmpty()) {
            permits.arrived(pulls.get(random.nextInt(pulls.size())));
          }
        }
        case 4 -> {
          if (!pulls.isEmpty()) {
            permits.ended(pulls.get(random.nextInt(pulls.size())));
          }
        }
        default -> {
          if (permits.inHand() > 0) {
            permits.released();
          }
        }
      }
      assertTrue(
          permits.inHand() >= 0
              && permits.requested() >= 0
              && permits.inHand() + permits.requested() <= limit,
          "seed " + seed + " step " + step);
    }
  }
}
