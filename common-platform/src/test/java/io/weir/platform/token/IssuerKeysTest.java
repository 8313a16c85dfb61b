package io.weir.platform.token;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Ticking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class IssuerKeysTest {
  private static final Duration FRESH = Duration.ofMinutes(10);
  private static final Duration OUTAGE = Duration.ofHours(1);
  private static final Duration REFETCH = Duration.ofSeconds(30);
  private static final IssuerKeys.Answer UNKNOWN = new IssuerKeys.Answer.Unknown();

  private final Ticking clock = new Ticking();
  private final AtomicInteger readings = new AtomicInteger();
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private byte[] published = Samples.published(Samples.key("a"));
  private boolean away;
  private boolean slow;
  private final IssuerKeys keys =
      new IssuerKeys(
          this::read,
          new IssuerKeys.Times(FRESH, OUTAGE, REFETCH, Duration.ofMillis(50)),
          clock,
          task -> {
            if (slow) {
              waiting.add(task);
            } else {
              task.run();
            }
          });

  private byte[] read() throws IOException {
    readings.incrementAndGet();
    if (away) {
      throw new IOException("it is away");
    }
    return published;
  }

  private IssuerKeys.Answer find(String id) throws InterruptedException {
    return keys.find(Samples.signedBy(id));
  }

  private void finds(String id) throws InterruptedException {
    assertInstanceOf(IssuerKeys.Answer.Known.class, find(id));
  }

  private void isAway(String id) throws InterruptedException {
    assertInstanceOf(IssuerKeys.Answer.Away.class, find(id));
  }

  @Test
  void keysAreReadOnceForAllWhoComeWhileTheyAreFresh() throws Exception {
    for (int i = 0; i < 100; i++) {
      finds("a");
      clock.forward(FRESH.dividedBy(200));
    }
    assertEquals(1, readings.get());
  }

  @Test
  void whoeverMakesUpNamesOfKeysMakesNobodyReadThemMoreOften() throws Exception {
    finds("a");
    clock.forward(REFETCH);
    for (int i = 0; i < 10_000; i++) {
      assertEquals(UNKNOWN, find("made-up-" + i));
    }
    assertEquals(2, readings.get());
    clock.forward(REFETCH.minusMillis(1));
    assertEquals(UNKNOWN, find("x"));
    assertEquals(2, readings.get());
    clock.forward(Duration.ofMillis(1));
    assertEquals(UNKNOWN, find("y"));
    assertEquals(3, readings.get());
  }

  @Test
  void aKeyThatTheIssuerHasSinceMadeIsFoundByReadingAgain() throws Exception {
    finds("a");
    published = Samples.published(Samples.key("b"));
    assertEquals(UNKNOWN, find("b"), "too soon after the last reading");
    clock.forward(REFETCH);
    finds("b");
    assertEquals(UNKNOWN, find("a"), "the issuer has taken it back");
  }

  @Test
  void aKeyThatTheIssuerTookBackOpensNoLongerThanItIsFresh() throws Exception {
    finds("a");
    published = Samples.published(Samples.key("b"));
    clock.forward(FRESH);
    assertEquals(UNKNOWN, find("a"));
  }

  @Test
  void anOutageOfTheIssuerIsSurvivedForItsTimeAndNobodyIsCalledWrongThen() throws Exception {
    finds("a");
    away = true;
    clock.forward(OUTAGE.minusMillis(1));
    finds("a");
    isAway("never-seen");
    clock.forward(Duration.ofMillis(1));
    isAway("a");
    away = false;
    isAway("a");
    clock.forward(IssuerKeys.RETRY);
    finds("a");
  }

  @Test
  void anIssuerThatIsAwayIsAskedOnceInAWhileWhoeverComes() throws Exception {
    away = true;
    for (int i = 0; i < 1_000; i++) {
      isAway("a" + i);
    }
    assertEquals(1, readings.get());
    clock.forward(IssuerKeys.RETRY);
    isAway("a");
    assertEquals(2, readings.get());
  }

  @Test
  void anUnknownNameIsNotCalledWrongWhenTheReadingForItFailed() throws Exception {
    finds("a");
    away = true;
    clock.forward(REFETCH);
    isAway("b");
    isAway("c");
    finds("a");
    assertEquals(2, readings.get());
  }

  @Test
  void keysAreReadAheadOfTimeAndNobodyWaitsForThat() throws Exception {
    finds("a");
    slow = true;
    clock.forward(FRESH.multipliedBy(9).dividedBy(10));
    finds("a");
    assertEquals(1, waiting.size());
    finds("a");
    assertEquals(1, waiting.size(), "one reads for all");
    waiting.remove().run();
    clock.forward(FRESH.dividedBy(2));
    finds("a");
    assertEquals(2, readings.get());
  }

  @Test
  void aSlowIssuerIsWaitedForOnceAndOnlyWhileItsReadingIsYoung() throws Exception {
    finds("a");
    slow = true;
    clock.forward(FRESH);
    finds("a"); // after its patience
    clock.forward(Duration.ofMillis(50));
    long begun = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      finds("a");
      isAway("b");
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    assertTrue(took.compareTo(Duration.ofSeconds(5)) < 0, took::toString);
    assertEquals(1, waiting.size());
  }

  @Test
  void whoShowsAKnownKeyDoesNotWaitForTheReadingThatAnUnknownOneBegan() throws Exception {
    finds("a");
    slow = true;
    clock.forward(REFETCH);
    isAway("b");
    assertEquals(1, waiting.size());
    Thread.currentThread().interrupt(); // who waits now would be told so
    finds("a");
    assertTrue(Thread.interrupted());
  }

  @Test
  void aSetWithoutAUsableKeyIsAnOutageNotTheEndOfAllTokens() throws Exception {
    finds("a");
    published = "{\"keys\":[]}".getBytes(StandardCharsets.UTF_8);
    clock.forward(FRESH);
    finds("a");
  }

  @Test
  void aClockThatWasSetBackMakesNothingFresh() throws Exception {
    finds("a");
    clock.forward(Duration.ofDays(-1));
    finds("a");
    assertEquals(2, readings.get());
  }
}
