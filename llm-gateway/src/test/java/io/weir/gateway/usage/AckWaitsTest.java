package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class AckWaitsTest {
  @Test
  void aWaitEndsWithWhatItWaitsFor() throws Exception {
    var waits = new AckWaits(Duration.ofMinutes(5));
    var stored = new CompletableFuture<Long>();
    Thread.ofVirtual().start(() -> stored.complete(1L));
    waits.await(stored);
    waits.await(CompletableFuture.completedFuture(2L));
    assertThrows(
        ExecutionException.class,
        () -> waits.await(CompletableFuture.failedFuture(new IllegalStateException("no"))));
  }

  @Test
  void aWaitThatTakesTooLongIsGivenUpAndWhatItWaitedForMayStillCome() {
    var waits = new AckWaits(Duration.ofMillis(1));
    var stored = new CompletableFuture<Long>();
    var late = assertThrows(ExecutionException.class, () -> waits.await(stored));
    assertInstanceOf(TimeoutException.class, late.getCause());
    assertFalse(stored.isDone());
  }
}
