package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.usage.Plan;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class PlanRatesTest {
  private static final Duration OUTAGE = Duration.ofMinutes(5);

  private final Ticking clock = new Ticking();
  private final Map<String, Plan> users = new ConcurrentHashMap<>(Map.of("ada", Plan.BUSINESS));
  private final AtomicInteger asked = new AtomicInteger();
  private boolean away;
  private final PlanRates rates =
      new PlanRates(this::plan, Plan.LITE, OUTAGE, clock, Runnable::run);

  private Plan plan(String user) {
    asked.incrementAndGet();
    if (away) {
      throw new DependencyUnavailableException("mongodb", "it is away", null);
    }
    return users.getOrDefault(user, Plan.PRO);
  }

  private void may(int perMinute, String user) throws InterruptedException {
    assertEquals(OptionalInt.of(perMinute), rates.perMinute(user));
  }

  @Test
  void everyPlanHasItsRate() throws Exception {
    may(100, "ada");
    users.put("bob", Plan.LITE);
    may(10, "bob");
    may(30, "carol");
    users.put("root", Plan.UNLIMITED);
    assertEquals(OptionalInt.empty(), rates.perMinute("root"));
  }

  @Test
  void aPlanIsReadOnceAMinuteAndAChangeCountsThen() throws Exception {
    may(100, "ada");
    users.put("ada", Plan.PRO);
    clock.forward(PlanRates.FRESH.minusMillis(1));
    may(100, "ada");
    assertEquals(1, asked.get());
    clock.forward(Duration.ofMillis(1));
    may(30, "ada");
    assertEquals(2, asked.get());
  }

  @Test
  void whileTheStoreIsAwayThePlanThatWasReadCountsThenTheOneOfTheSettings() throws Exception {
    may(100, "ada");
    away = true;
    clock.forward(PlanRates.FRESH);
    may(100, "ada");
    may(10, "who was never seen");
    clock.forward(OUTAGE);
    may(10, "ada");
    away = false;
    clock.forward(PlanRates.PAUSE);
    may(100, "ada");
  }

  @Test
  void anOutageIsFeltOnceAPauseNotByEveryRequest() throws Exception {
    away = true;
    for (int i = 0; i < 100; i++) {
      may(10, "user" + i);
    }
    assertEquals(1, asked.get());
  }

  @Test
  void aStoreThatDoesNotAnswerIsWaitedForOnce() throws Exception {
    var never = new PlanRates(this::plan, Plan.PRO, OUTAGE, clock, _ -> {});
    long begun = System.nanoTime();
    for (int i = 0; i < 20; i++) {
      assertEquals(OptionalInt.of(30), never.perMinute("ada"));
    }
    assertTrue(Duration.ofNanos(System.nanoTime() - begun).compareTo(Duration.ofSeconds(10)) < 0);
  }

  @Test
  void whatCanNotBeReadOfAUserIsNoReasonToKeepThemOut() throws Exception {
    var broken =
        new PlanRates(
            _ -> {
              throw new ClassCastException("a field has another type");
            },
            Plan.LITE,
            OUTAGE,
            clock,
            Runnable::run);
    assertEquals(OptionalInt.of(10), broken.perMinute("ada"));
  }
}
