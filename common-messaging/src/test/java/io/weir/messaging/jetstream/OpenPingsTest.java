package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OpenPingsTest {
  private final OpenPings pings = new OpenPings();

  @BeforeEach
  void usuallyAnAnswerTakesTwoMilliseconds() {
    var ping = pings.open(ms(0));
    assertTrue(pings.answered(ping, ms(2), 0, true));
  }

  private static long ms(long moment) {
    return Duration.ofMillis(moment).toNanos();
  }

  @Test
  void silenceIsTheTimeThatAnAnswerIsOwedWithoutAny() {
    assertEquals(Duration.ZERO, pings.silence(ms(400)));
    var first = pings.open(ms(500));
    pings.open(ms(1_000));
    assertEquals(Duration.ofMillis(700), pings.silence(ms(1_200)));
    assertTrue(pings.answered(first, ms(1_250), 0, true));
    assertEquals(Duration.ofMillis(50), pings.silence(ms(1_300)), "since the answer");
  }

  @Test
  void aServerThatWasFrozenAnswersAllAndNothingIsLost() {
    var first = pings.open(ms(500));
    var second = pings.open(ms(1_000));
    assertTrue(pings.answered(first, ms(3_000), 0, false));
    assertFalse(pings.someWereLost(ms(3_000)));
    assertTrue(pings.answered(second, ms(3_001), 0, false));
    assertFalse(pings.someWereLost(ms(3_600)));
  }

  @Test
  void anAnswerToALaterPingShowsThatOneWasLost() {
    var lost = pings.open(ms(500));
    pings.open(ms(1_000));
    // The client takes the answer to the second for one to the first.
    assertTrue(pings.answered(lost, ms(1_002), 0, true));
    assertFalse(pings.someWereLost(ms(1_100)), "it may be on its way");
    assertTrue(pings.someWereLost(ms(1_500)));
  }

  @Test
  void aServerFarAwayLosesNothing() {
    var far = new OpenPings();
    var waiting = far.open(ms(0));
    for (int i = 1; i < 10; i++) {
      var next = far.open(ms(500L * i));
      var answered = waiting;
      waiting = next;
      assertTrue(far.answered(answered, ms(500L * i + 200), 0, true), "700 ms each");
      assertFalse(far.someWereLost(ms(500L * i + 500)));
    }
  }

  @Test
  void aNewConnectionOwesNothing() {
    var old = pings.open(ms(500));
    pings.forget();
    assertEquals(Duration.ZERO, pings.silence(ms(5_000)));
    assertFalse(pings.answered(old, ms(5_000), 0, true));
  }

  @Test
  void whatWentOverTheLineSinceTheAnswerIsKnown() {
    var ping = pings.open(ms(500));
    assertTrue(pings.answered(ping, ms(502), 1_000, true));
    assertEquals(5_000, pings.transferredSinceAnswer(6_000));
  }
}
