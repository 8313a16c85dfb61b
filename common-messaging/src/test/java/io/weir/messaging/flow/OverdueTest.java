package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OverdueTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration TICK = Duration.ofMillis(2);

  @Test
  void whatIsNotRemovedInTimeIsActedOnOnce() throws Exception {
    var acted = new ConcurrentHashMap<String, AtomicInteger>();
    var overdue =
        new Overdue<String>(
            "t",
            Duration.ofMillis(5),
            TICK,
            item -> acted.computeIfAbsent(item, _ -> new AtomicInteger()).incrementAndGet());
    overdue.add("slow");
    Await.until("it is acted on", SOON, () -> acted.containsKey("slow"));
    overdue.add("later");
    Await.until("the next one too, by another look", SOON, () -> acted.containsKey("later"));
    assertEquals(1, acted.getOrDefault("slow", new AtomicInteger()).get());
  }

  @Test
  void whatIsRemovedInTimeIsLeftAlone() throws Exception {
    Set<Integer> acted = ConcurrentHashMap.newKeySet();
    var overdue = new Overdue<Integer>("t", Duration.ofSeconds(30), TICK, acted::add);
    IntStream.range(0, 1_000).forEach(overdue::add);
    IntStream.range(0, 1_000).forEach(overdue::remove);
    var sentinel = new Overdue<Integer>("s", Duration.ofMillis(20), TICK, acted::add);
    sentinel.add(-1);
    Await.until("time has passed", SOON, () -> acted.contains(-1));
    assertEquals(Set.of(-1), acted);
  }

  @Test
  void whoeverStoodStillWithThisProcessHasOneMoreTick() {
    Set<String> acted = ConcurrentHashMap.newKeySet();
    Duration tick = Duration.ofHours(1); // no look but those below
    var overdue = new Overdue<String>("t", Duration.ofMinutes(90), tick, acted::add);
    long now = System.nanoTime();
    overdue.look(now);
    overdue.add("answered");
    overdue.add("silent");
    overdue.look(now += tick.toNanos());
    overdue.look(now += tick.multipliedBy(5).toNanos());
    assertEquals(Set.of(), acted);
    assertTrue(overdue.remove("answered"), "what lay there was read");
    overdue.look(now += tick.multipliedBy(5).toNanos());
    assertEquals(Set.of("silent"), acted, "a slow machine is no excuse for ever");
  }

  @Test
  void whatAnActionThrowsIsNoEndForTheOthers() throws Exception {
    Set<Integer> acted = ConcurrentHashMap.newKeySet();
    var overdue =
        new Overdue<Integer>(
            "t",
            Duration.ZERO,
            TICK,
            item -> {
              if (acted.add(item) && item == 1) {
                throw new OutOfMemoryError("as it were");
              }
            });
    overdue.add(1);
    Await.until("it is acted on", SOON, () -> acted.contains(1));
    overdue.add(2);
    Await.until("and the next one", SOON, () -> acted.contains(2));
  }

  @Test
  void nothingIsMissedHoweverItComes() throws Exception {
    Set<Integer> acted = ConcurrentHashMap.newKeySet();
    var overdue = new Overdue<Integer>("t", Duration.ZERO, Duration.ofNanos(1), acted::add);
    var threads =
        IntStream.range(0, 4)
            .mapToObj(
                part ->
                    Thread.ofVirtual()
                        .start(
                            () ->
                                IntStream.range(part * 5_000, (part + 1) * 5_000)
                                    .forEach(overdue::add)))
            .toList();
    for (Thread thread : threads) {
      assertTrue(thread.join(SOON));
    }
    Await.until("all are acted on", SOON, () -> acted.size() == 20_000);
  }
}
