package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BatchesTest {
  @Test
  void whatComesWhileOneWritesIsWrittenTogether() throws Exception {
    var written = new CopyOnWriteArrayList<List<Integer>>();
    var gathered = new CountDownLatch(1);
    var begun = new CountDownLatch(1);
    var batches =
        new Batches<Integer>(
            50,
            Duration.ZERO,
            batch -> {
              begun.countDown();
              gathered.await();
              written.add(batch);
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> write(batches, -1));
      begun.await();
      var rest = new CopyOnWriteArrayList<Future<Boolean>>();
      for (int i = 0; i < 120; i++) {
        int item = i;
        rest.add(threads.submit(() -> write(batches, item)));
      }
      gathered.countDown();
      assertTrue(first.get());
      for (var one : rest) {
        assertTrue(one.get());
      }
    }
    assertEquals(121, written.stream().mapToInt(List::size).sum());
    assertEquals(121, written.stream().flatMap(List::stream).distinct().count());
    assertTrue(written.stream().allMatch(batch -> batch.size() <= 50));
    assertTrue(written.size() < 121, "one by one");
  }

  @Test
  void theFirstWaitsForOthersFromElsewhere() throws Exception {
    assertTwoAreWrittenTogether(10, Duration.ofSeconds(2));
  }

  @Test
  void aFullBatchWaitsForNobody() throws Exception {
    assertTwoAreWrittenTogether(2, Duration.ofDays(1));
  }

  @Test
  void whatOneWritesStaysInOneBatchEvenIfItIsMoreThanFits() throws Exception {
    var written = new CopyOnWriteArrayList<List<Integer>>();
    var begun = new CountDownLatch(1);
    var gathered = new CountDownLatch(1);
    var batches =
        new Batches<Integer>(
            3,
            Duration.ZERO,
            batch -> {
              begun.countDown();
              gathered.await();
              written.add(batch);
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> write(batches, 0));
      begun.await();
      var rest = new ArrayList<Future<Boolean>>();
      for (List<Integer> some : List.of(List.of(1, 2), List.of(3, 4, 5, 6), List.of(7, 8))) {
        rest.add(threads.submit(() -> write(batches, some)));
      }
      gathered.countDown();
      assertTrue(first.get());
      for (var one : rest) {
        assertTrue(one.get());
      }
    }
    assertEquals(
        Set.of(List.of(0), List.of(1, 2), List.of(3, 4, 5, 6), List.of(7, 8)), Set.copyOf(written));
  }

  private static void assertTwoAreWrittenTogether(int most, Duration gathering) throws Exception {
    var written = new CopyOnWriteArrayList<List<Integer>>();
    var batches = new Batches<Integer>(most, gathering, written::add);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var first = threads.submit(() -> write(batches, 1));
      var second = threads.submit(() -> write(batches, 2));
      assertTrue(first.get());
      assertTrue(second.get());
    }
    assertEquals(1, written.size());
  }

  @Test
  void aBatchThatFailsFailsItsWritersAndTheNextOneGoesOn() throws Exception {
    var round = new AtomicInteger();
    var batches =
        new Batches<Integer>(
            10,
            Duration.ZERO,
            batch -> {
              switch (round.incrementAndGet()) {
                case 1 -> throw new IllegalStateException("no");
                case 2 -> throw new LinkageError("a broken library");
                default -> {}
              }
            });
    assertThrows(IllegalStateException.class, () -> batches.write(1));
    var broken = assertThrows(IllegalStateException.class, () -> batches.write(2));
    assertEquals("a broken library", rootOf(broken).getMessage());
    batches.write(3);
    assertEquals(3, round.get());
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : rootOf(cause);
  }

  private static boolean write(Batches<Integer> batches, int item) throws InterruptedException {
    batches.write(item);
    return true;
  }

  private static boolean write(Batches<Integer> batches, List<Integer> some)
      throws InterruptedException {
    batches.writeAll(some);
    return true;
  }
}
