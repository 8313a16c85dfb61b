package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class RoundTripHealthTest {
  private final RoundTripHealth health = new RoundTripHealth();

  @Test
  void beforeTheFirstAnswerThereIsNoAgeAndNoTime() {
    assertNull(health.age(17));
    assertTrue(Double.isNaN(health.lastSeconds()));
    assertEquals(1, health.score());
  }

  @Test
  void anAnswerEndsTheRowOfFailuresAndSetsTheAge() {
    health.failed();
    health.failed();
    assertEquals(2, health.failedInARow());
    health.answered(Duration.ofMillis(250), 1_000);
    assertEquals(0, health.failedInARow());
    assertEquals(0.25, health.lastSeconds());
    assertEquals(Duration.ofNanos(500), health.age(1_500));
  }

  @Test
  void theScoreIsTheAnsweredShareOfTheLastTen() {
    for (int i = 0; i < 10; i++) {
      health.answered(Duration.ofMillis(1), i);
    }
    health.failed();
    health.failed();
    assertEquals(0.8, health.score());
    for (int i = 0; i < 10; i++) {
      health.failed();
    }
    assertEquals(0, health.score());
  }

  @Test
  void aNewConnectionForgetsTheFailuresOfTheOldOne() {
    health.failed();
    health.renewed(2_000);
    assertEquals(0, health.failedInARow());
    assertEquals(Duration.ZERO, health.age(2_000));
    assertEquals(0, health.score(), "the score remembers");
  }

  @Test
  void aSilentServerIsSeenBeforeItsConnectionIsCut() {
    for (int failures : new int[] {1, 3, 20}) {
      var settings = new RoundTripSettings(Duration.ofSeconds(30), failures);
      Duration untilDegraded = settings.patience().multipliedBy(failures);
      assertTrue(untilDegraded.compareTo(settings.untilCut()) < 0, settings::toString);
    }
  }
}
