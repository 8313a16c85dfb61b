package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ReconnectPaceTest {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private final ReconnectPace pace = new ReconnectPace(Duration.ofMillis(500), LIMIT);

  @Test
  void theFirstConnectionHasTheClientsOwnLimit() {
    assertEquals(Optional.empty(), pace.limit());
  }

  @Test
  void anAttemptMayTakeTwiceAsLongAsTheLastThatSucceeded() {
    pace.answered(Duration.ofMillis(5));
    assertEquals(Optional.of(Duration.ofMillis(300)), pace.limit(), "but not too short");
    pace.answered(Duration.ofMillis(800));
    assertEquals(Optional.of(Duration.ofMillis(1_600)), pace.limit());
    pace.answered(Duration.ofSeconds(8));
    assertEquals(Optional.of(LIMIT), pace.limit());
  }

  @Test
  void aServerThatDoesNotEvenGreetIsTriedAsOftenAfterAnHour() {
    pace.answered(Duration.ofMillis(5));
    for (int i = 0; i < 10_000; i++) {
      pace.expired(false);
    }
    assertEquals(Optional.of(Duration.ofMillis(300)), pace.limit());
  }

  @Test
  void aServerThatGreetsAndIsTooBusyToAnswerGetsMoreTimeSoonerTheDearerAnAnswerIs() {
    pace.answered(Duration.ofMillis(500));
    for (int i = 0; i < 4; i++) {
      pace.expired(true);
    }
    assertEquals(Optional.of(Duration.ofSeconds(2)), pace.limit());
    for (int i = 0; i < 1_000; i++) {
      pace.expired(true);
    }
    assertEquals(Optional.of(LIMIT), pace.limit());
    pace.answered(Duration.ofMillis(5));
    for (int i = 0; i < 63; i++) {
      pace.expired(true);
    }
    assertEquals(Optional.of(Duration.ofMillis(300)), pace.limit());
  }

  @Test
  void attemptsAreAtMostHalfASecondApartAndNotInStep() {
    for (int tries = 0; tries < 100; tries++) {
      Duration wait = pace.untilNext(tries);
      assertTrue(wait.compareTo(Duration.ofMillis(500)) <= 0, wait::toString);
      assertTrue(wait.compareTo(Duration.ofMillis(25)) >= 0, wait::toString);
    }
    assertTrue(
        java.util.stream.Stream.generate(() -> pace.untilNext(50)).limit(50).distinct().count()
            > 5);
  }
}
