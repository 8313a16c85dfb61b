package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Room;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AllowanceTest {
  private static final int TIMES = 5_000;

  private final Ticking clock = new Ticking(Instant.EPOCH);
  private final Allowance allowance =
      new Allowance(
          new Charge(
              "c", "ada", YearMonth.of(2026, 11), "llm-gateway", "w", TIMES, TIMES + 1, "k", 9),
          Map.of(),
          Instant.MAX,
          clock);

  @Test
  void whatNobodyHasUsedForAWhileIsIdle() {
    assertTrue(allowance.take(Room.of(1, 0)));
    Hold hold = allowance.hold(Room.of(1, 0));
    clock.forward(Duration.ofMinutes(1));
    assertFalse(allowance.idle(), "a request is under way");
    hold.close();
    clock.forward(Duration.ofSeconds(15));
    assertFalse(allowance.idle());
    clock.forward(Duration.ofMillis(1));
    assertTrue(allowance.idle());
    assertTrue(allowance.take(Room.of(1, 0)));
    allowance.hold(Room.of(1, 0)).close();
    assertFalse(allowance.idle(), "it is used again");
  }

  /** As when a caller leaves: what he got is counted while his request ends. */
  @Test
  void whatIsCountedWhileARequestEndsIsCounted() throws Exception {
    Hold[] holds = new Hold[TIMES];
    for (int i = 0; i < TIMES; i++) {
      assertTrue(allowance.take(Room.of(1, 0)));
      holds[i] = allowance.hold(Room.of(1, 0));
    }
    var turn = new AtomicInteger(-1);
    var counted = new AtomicInteger(-1);
    Thread counting =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < TIMES; i++) {
                    await(turn, i);
                    holds[i].used(1, 0);
                    counted.set(i);
                  }
                });
    for (int i = 0; i < TIMES; i++) {
      turn.set(i);
      for (int wait = i % 64; wait > 0; wait--) {
        Thread.onSpinWait(); // so that some of them meet
      }
      holds[i].close();
      await(counted, i);
    }
    counting.join();
    assertEquals(0, allowance.running());
    assertFalse(allowance.take(Room.of(1, 0)), "room that was used is there again");
    assertTrue(allowance.debt().isNone(), "more was counted than was used");
  }

  private static void await(AtomicInteger reached, int wanted) {
    for (int looks = 1; reached.get() < wanted; looks++) {
      if (looks % 1_000 == 0) {
        LockSupport.parkNanos(1_000); // there may be one processor
      }
      Thread.onSpinWait();
    }
  }
}
