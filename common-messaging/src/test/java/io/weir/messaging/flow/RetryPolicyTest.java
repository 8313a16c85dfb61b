package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class RetryPolicyTest {
  private final RetryPolicy policy = RetryPolicy.DEFAULT;
  private final Random random = new Random(7);

  @Test
  void delaysGrowWithFailuresAndStayWithinTheirBounds() {
    for (int failures = 1; failures < 100; failures++) {
      Duration delay = policy.delay(failures, null, random);
      assertTrue(delay.compareTo(policy.first()) >= 0, "at least the first delay: " + delay);
      assertTrue(delay.compareTo(policy.longest()) <= 0, "at most the longest: " + delay);
    }
    assertTrue(policy.delay(4, null, random).toMillis() >= 4_000, "half of eight seconds");
  }

  @Test
  void aWishIsHonouredWithinTheBounds() {
    assertEquals(Duration.ofSeconds(5), policy.delay(1, Duration.ofSeconds(5), random));
    assertEquals(policy.longest(), policy.delay(1, Duration.ofMinutes(9), random));
    assertEquals(policy.first(), policy.delay(1, Duration.ZERO, random));
  }
}
