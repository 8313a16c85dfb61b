package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.jetstream.ConsumerRepair.Found;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class ConsumerRepairTest {
  private final AtomicInteger repairs = new AtomicInteger();
  private final CountDownLatch changed = new CountDownLatch(1);

  @Test
  void aRepairThatIsAskedForDuringALookFollowsIt() throws InterruptedException {
    var looking = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var repair =
        new ConsumerRepair(
            "worker",
            this::repaired,
            () -> {
              looking.countDown();
              awaited(goOn);
              return Found.NO_ANSWER;
            });
    repair.look(() -> {}, () -> {});
    assertTrue(looking.await(10, TimeUnit.SECONDS));
    repair.begin(changed::countDown);
    assertEquals(0, repairs.get());
    goOn.countDown();
    assertTrue(changed.await(10, TimeUnit.SECONDS), "put in place after the look");
  }

  @Test
  void whatALookFindsGoneIsPutBackAtOnce() throws InterruptedException {
    var repair = new ConsumerRepair("worker", this::repaired, () -> Found.GONE);
    repair.look(() -> {}, changed::countDown);
    assertTrue(changed.await(10, TimeUnit.SECONDS));
    assertEquals(1, repairs.get());
  }

  @Test
  void aFailedLookHoldsUpNoRepair() throws InterruptedException {
    var failed = new CountDownLatch(1);
    var repair =
        new ConsumerRepair(
            "worker",
            this::repaired,
            () -> {
              failed.countDown();
              throw new IllegalStateException("meant to fail");
            });
    repair.look(() -> {}, () -> {});
    assertTrue(failed.await(10, TimeUnit.SECONDS));
    repair.begin(changed::countDown);
    assertTrue(changed.await(10, TimeUnit.SECONDS));
  }

  @Test
  void anAnswerTakesAsLongAsTheLookAlsoWhenThatFails() {
    var slow =
        new ConsumerRepair(
            "worker",
            this::repaired,
            () -> {
              long begun = System.nanoTime();
              while (System.nanoTime() - begun < 20_000_000) {
                LockSupport.parkNanos(1_000_000);
              }
              throw new IllegalStateException("meant to fail");
            });
    assertTrue(slow.answerTime().toMillis() >= 20);
    assertEquals(0, repairs.get());
  }

  private boolean repaired() {
    repairs.incrementAndGet();
    return true;
  }

  private static void awaited(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
