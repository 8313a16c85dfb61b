package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class PullTimesTest {
  @Test
  void aLeaderThatAnswersSlowlyIsWaitedForLongerAtAStop() {
    assertLull(100, 1);
    assertLull(100, 25);
    assertLull(240, 60);
    assertLull(1_000, 400);
  }

  private static void assertLull(int millis, int answer) {
    var wait = Duration.ofSeconds(30);
    assertEquals(Duration.ofMillis(millis), PullTimes.lull(wait, () -> Duration.ofMillis(answer)));
  }

  @Test
  void whoHasNoTimeAsksNobody() {
    var hurry = Duration.ofMillis(900);
    assertEquals(
        Duration.ofMillis(100),
        PullTimes.lull(
            hurry,
            () -> {
              throw new AssertionError("asked");
            }));
  }
}
