package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadyThreadsTest {
  private final ReadyThreads threads = new ReadyThreads("ready");

  @Test
  void noWorkWaitsForOther() throws InterruptedException {
    int many = 2_000;
    // None of them gets on before all have begun.
    var together = new CyclicBarrier(many);
    var done = new CountDownLatch(many);
    for (int i = 0; i < many; i++) {
      threads.execute(
          () -> {
            try {
              var _ = together.await();
              done.countDown();
            } catch (Exception e) {
              throw new IllegalStateException(e);
            }
          });
    }
    assertTrue(done.await(30, TimeUnit.SECONDS), done + " of " + many);
  }

  @Test
  void noneIsLeftLyingWhoeverHandsItOver() throws InterruptedException {
    int each = 50_000;
    var done = new CountDownLatch(4 * each);
    var twice = new AtomicBoolean();
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    var numbers = new AtomicInteger();
    for (int hand = 0; hand < 4; hand++) {
      var _ =
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < each; i++) {
                      int number = numbers.incrementAndGet();
                      threads.execute(
                          () -> {
                            if (!seen.add(number)) {
                              twice.set(true);
                            }
                            if (number % 7 == 0) {
                              LockSupport.parkNanos(1_000);
                            }
                            done.countDown();
                          });
                    }
                  });
    }
    assertTrue(done.await(50, TimeUnit.SECONDS), done.toString());
    assertFalse(twice.get());
  }

  @Test
  void shortWorkSharesThreads() throws InterruptedException {
    int many = 10_000;
    Set<Long> used = ConcurrentHashMap.newKeySet();
    var done = new CountDownLatch(many);
    for (int i = 0; i < many; i++) {
      threads.execute(
          () -> {
            used.add(Thread.currentThread().threadId());
            done.countDown();
          });
    }
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertTrue(used.size() < many / 2, used.size() + " threads for " + many);
  }

  @Test
  void whoWantsToKnowIsToldThatNothingWaitsBeforeTheLastWorkBegins() throws InterruptedException {
    var told = new AtomicInteger();
    var toldTooEarly = new AtomicBoolean();
    var behind = new AtomicReference<BooleanSupplier>(() -> false);
    var telling =
        new ReadyThreads(
            "telling",
            () -> {
              toldTooEarly.compareAndSet(false, behind.get().getAsBoolean());
              told.incrementAndGet();
            });
    behind.set(telling::isBehind);
    var release = new CountDownLatch(1);
    try {
      for (int works = 1; works <= 20; works++) {
        int before = told.get();
        var toldAtItsBegin = new CompletableFuture<Integer>();
        telling.execute(
            () -> {
              toldAtItsBegin.complete(told.get());
              awaitUninterruptibly(release);
            });
        assertTrue(toldAtItsBegin.join() > before, "work " + works + " began untold");
      }
    } finally {
      release.countDown();
    }
    assertFalse(toldTooEarly.get());
    assertFalse(telling.isBehind());
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whatFailsOrLeavesAnInterruptBehindDisturbsNoOther() throws InterruptedException {
    int many = 1_000;
    var clean = new AtomicInteger();
    var done = new CountDownLatch(many);
    for (int i = 0; i < many; i++) {
      boolean fails = i % 500 == 0;
      threads.execute(
          () -> {
            if (!Thread.currentThread().isInterrupted()) {
              clean.incrementAndGet();
            }
            Thread.currentThread().interrupt();
            done.countDown();
            if (fails) {
              throw new IllegalStateException("meant to fail");
            }
          });
    }
    assertTrue(done.await(30, TimeUnit.SECONDS));
    assertEquals(many, clean.get());
  }
}
