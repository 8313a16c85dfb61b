package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class StallsTest {
  @Test
  void onlyWhatLiesWithinIsCounted() {
    var stalls = new Stalls();
    long late = Long.MAX_VALUE - 500; // the clock of a JVM may pass its largest value
    stalls.note(late, late + 100);
    stalls.note(late + 300, late + 1_000);
    stalls.note(late + 2_000, late + 3_000);
    assertEquals(Duration.ofNanos(50 + 700 + 500), stalls.between(late + 50, late + 2_500));
    assertEquals(Duration.ofNanos(2_450 - 1_250), stalls.running(late + 50, late + 2_500));
    assertEquals(Duration.ofNanos(200), stalls.between(late + 400, late + 600));
    assertEquals(Duration.ZERO, stalls.between(late + 1_000, late + 2_000));
    assertEquals(Duration.ZERO, stalls.between(late - 100, late));
  }
}
