package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AwaitTest {

  @Test
  void itLooksUntilTheConditionHolds() throws Exception {
    AtomicInteger looks = new AtomicInteger();

    Await.until("three looks", Duration.ofSeconds(5), () -> looks.incrementAndGet() == 3);

    assertEquals(3, looks.get());
  }

  @Test
  void aFailureTellsWhatWasAwaitedAndTheLastError() {
    AssertionError failure =
        assertThrows(
            AssertionError.class,
            () ->
                Await.until(
                    "the job is done",
                    Duration.ofMillis(50),
                    () -> {
                      throw new IllegalStateException("no connection");
                    }));

    assertTrue(
        String.valueOf(failure.getMessage()).contains("the job is done"), failure.toString());
    assertTrue(String.valueOf(failure.getMessage()).contains("no connection"), failure.toString());
  }

  @Test
  void aValueIsReturnedWhenItIsThere() throws Exception {
    AtomicInteger looks = new AtomicInteger();

    String value =
        Await.value(
            "a value", Duration.ofSeconds(5), () -> looks.incrementAndGet() > 2 ? "here" : null);

    assertEquals("here", value);
  }
}
