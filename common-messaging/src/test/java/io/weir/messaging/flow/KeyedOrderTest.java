package io.weir.messaging.flow;

import static io.weir.messaging.flow.KeyedOrder.Place.HANDED_BACK;
import static io.weir.messaging.flow.KeyedOrder.Place.RUNS;
import static io.weir.messaging.flow.KeyedOrder.Place.WAITS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class KeyedOrderTest {
  private static final long EXPECTED = Duration.ofSeconds(10).toNanos();
  private final KeyedOrder<Long> order = new KeyedOrder<>(2, Duration.ofSeconds(10));

  @Test
  void oneOfAKeyRunsAndTheNextWaitsForIt() {
    assertEquals(RUNS, order.arrived("a", 1, 1L, 0));
    assertEquals(WAITS, order.arrived("a", 2, 2L, 0));
    assertEquals(RUNS, order.arrived("b", 3, 3L, 0));
    assertEquals(Optional.of(2L), order.finished("a", 0));
    assertEquals(Optional.empty(), order.finished("a", 0));
    assertEquals(Optional.empty(), order.finished("b", 0));
    assertEquals(0, order.keys(), "nothing is remembered of a key that is done");
  }

  @Test
  void aKeyThatFailsKeepsItsShareAndTheRestIsHandedBackWithAllThatIsBehindIt() {
    order.arrived("a", 1, 1L, 0);
    order.arrived("a", 2, 2L, 0);
    order.arrived("a", 3, 3L, 0);
    order.arrived("a", 4, 4L, 0);
    assertEquals(List.of(4L, 3L), order.failing("a", 0));
    assertEquals(HANDED_BACK, order.arrived("a", 5, 5L, 0));
    assertEquals(Optional.of(2L), order.finished("a", 0));
    assertEquals(HANDED_BACK, order.arrived("a", 4, 4L, 0), "3 has not come again");
    assertEquals(WAITS, order.arrived("a", 3, 3L, 0));
    assertEquals(WAITS, order.arrived("a", 4, 4L, 0));
  }

  @Test
  void whatDoesNotComeAgainIsWithAnotherInstance() {
    order.arrived("a", 1, 1L, 0);
    order.arrived("a", 2, 2L, 0);
    order.arrived("a", 3, 3L, 0);
    assertEquals(List.of(3L), order.failing("a", 0));
    order.finished("a", 0);
    order.finished("a", 0);
    assertEquals(HANDED_BACK, order.arrived("a", 4, 4L, 0));
    assertEquals(RUNS, order.arrived("a", 4, 4L, EXPECTED + 1));
  }

  /** A server that redelivers what was handed back in any order, and handlers of any speed. */
  @Test
  void everyKeyIsInOrderWhateverTheTiming() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    var waitingAtServer = new TreeSet<Long>();
    for (long sequence = 1; sequence <= 500; sequence++) {
      waitingAtServer.add(sequence);
    }
    Map<String, List<Long>> ran = new HashMap<>();
    Map<String, Long> running = new HashMap<>();
    long delivered = 0;
    var handedBack = new ArrayList<Long>();
    while (!waitingAtServer.isEmpty() || !handedBack.isEmpty() || !running.isEmpty()) {
      if (random.nextBoolean() && !running.isEmpty()) {
        String key = running.keySet().iterator().next();
        if (random.nextBoolean()) {
          handedBack.addAll(order.failing(key, 0));
          continue;
        }
        ran.computeIfAbsent(key, k -> new ArrayList<>()).add(running.remove(key));
        order.finished(key, 0).ifPresent(next -> running.put(key, next));
        continue;
      }
      boolean again = !handedBack.isEmpty() && (waitingAtServer.isEmpty() || random.nextBoolean());
      Long sequence =
          again
              ? handedBack.remove(random.nextInt(handedBack.size()))
              : waitingAtServer.pollFirst();
      if (sequence == null) {
        continue;
      }
      delivered++;
      String key = "k" + sequence % 3;
      switch (order.arrived(key, sequence, sequence, 0)) {
        case RUNS -> running.put(key, sequence);
        case WAITS -> {}
        case HANDED_BACK -> handedBack.add(sequence);
      }
      assertTrue(delivered < 1_000_000, "seed " + seed + " goes on for ever");
    }
    ran.forEach(
        (key, sequences) ->
            assertEquals(sequences.stream().sorted().toList(), sequences, "seed " + seed));
    assertEquals(500, ran.values().stream().mapToInt(List::size).sum());
  }
}
