package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.testsupport.Ticking;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
  private final Ticking clock = new Ticking();
  private final RateLimits limits = new RateLimits(clock);

  private int admittedOf(int tries, String name, int perMinute) {
    int admitted = 0;
    for (int i = 0; i < tries; i++) {
      if (limits.take(name, perMinute) instanceof RateDecision.Within) {
        admitted++;
      }
    }
    return admitted;
  }

  @Test
  void aMinutesWorthMayComeAtOnceAndNoMore() {
    for (int perMinute : new int[] {1, 7, 10, 30, 100, 999, 59_999, 999_999}) {
      assertEquals(perMinute, admittedOf(perMinute + 5, "key:" + perMinute, perMinute));
    }
  }

  @Test
  void everyAnswerTellsLimitRestAndTimes() {
    assertEquals(new RateDecision.Within(10, 9, Duration.ofSeconds(6)), limits.take("a", 10));
    assertEquals(8, admittedOf(8, "a", 10));
    assertEquals(new RateDecision.Within(10, 0, Duration.ofSeconds(60)), limits.take("a", 10));
    RateDecision exceeded = limits.take("a", 10);
    assertEquals(
        new RateDecision.Exceeded(10, Duration.ofSeconds(60), Duration.ofSeconds(6)), exceeded);
    assertEquals(0, exceeded.remaining());
    clock.forward(Duration.ofMillis(5_500));
    assertEquals(
        new RateDecision.Exceeded(10, Duration.ofSeconds(55), Duration.ofSeconds(1)),
        limits.take("a", 10),
        "rounded up: who waits so long gets in");
  }

  @Test
  void theBucketFillsEvenlyAndNoFurtherThanFull() {
    assertEquals(10, admittedOf(20, "a", 10));
    clock.forward(Duration.ofSeconds(6));
    assertEquals(1, admittedOf(20, "a", 10));
    clock.forward(Duration.ofSeconds(18));
    assertEquals(3, admittedOf(20, "a", 10));
    clock.forward(Duration.ofDays(30));
    assertEquals(10, admittedOf(20, "a", 10));
  }

  @Test
  void whoKeepsKnockingGetsTheirShareAllTheSame() {
    assertEquals(10, admittedOf(10, "a", 10));
    int admitted = 0;
    for (int i = 0; i < 600; i++) {
      clock.forward(Duration.ofMillis(100));
      admitted += admittedOf(1, "a", 10);
    }
    assertEquals(10, admitted);
  }

  @Test
  void aClockThatIsSetBackLocksNobodyOutAndGivesNothingAway() {
    assertEquals(10, admittedOf(10, "a", 10));
    clock.forward(Duration.ofHours(-5));
    assertEquals(0, admittedOf(5, "a", 10));
    clock.forward(Duration.ofSeconds(6));
    assertEquals(1, admittedOf(5, "a", 10));
  }

  @Test
  void lookingTakesNothing() {
    for (int i = 0; i < 50; i++) {
      assertInstanceOf(RateDecision.Within.class, limits.look("a", 10));
    }
    assertEquals(10, admittedOf(10, "a", 10));
    assertInstanceOf(RateDecision.Exceeded.class, limits.look("a", 10));
    assertEquals(10, admittedOf(10, "b", 10), "another name has another bucket");
  }

  @Test
  void anotherLimitCountsFromTheNextRequestOn() {
    assertEquals(10, admittedOf(20, "a", 10));
    clock.forward(Duration.ofSeconds(30));
    assertEquals(50, admittedOf(200, "a", 100), "half a minute's worth of the new limit");
    assertEquals(0, admittedOf(5, "a", 10));
  }

  @Test
  void ofManyThreadsExactlyTheLimitGetsIn() throws Exception {
    // Asking this clock lets the other threads in between, if anything does.
    Clock slow =
        new Clock() {
          @Override
          public Instant instant() {
            LockSupport.parkNanos(1);
            return clock.instant();
          }

          @Override
          public ZoneId getZone() {
            return clock.getZone();
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    var shared = new RateLimits(slow);
    int admitted = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<RateDecision>>();
      for (int i = 0; i < 640; i++) {
        tries.add(() -> shared.take("a", 100));
      }
      for (var decision : threads.invokeAll(tries)) {
        admitted += decision.get() instanceof RateDecision.Within ? 1 : 0;
      }
    }
    assertEquals(100, admitted);
  }

  @Test
  void theMemoryIsBoundedAndThoseWhoAskAreRemembered() {
    var small = new RateLimits(100, clock);
    for (int i = 0; i < 10; i++) {
      small.take("a", 10);
    }
    for (int i = 0; i < 10_000; i++) {
      small.take("address:" + i, 10);
      assertInstanceOf(RateDecision.Exceeded.class, small.take("a", 10));
    }
    assertEquals(100, small.size());
  }

  @Test
  void noLimitIsNoNumber() {
    assertThrows(IllegalArgumentException.class, () -> limits.take("a", 0));
  }
}
