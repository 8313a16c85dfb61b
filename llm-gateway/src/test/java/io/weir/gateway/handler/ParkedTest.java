package io.weir.gateway.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ParkedTest {
  private final Ticking clock = new Ticking(Instant.EPOCH);
  private final Parked parked = new Parked(clock);

  private Optional<Outcome> parkedFor(long sequence, int deliveries) {
    return parked.wait(
        new Delivery<>(
            "",
            "LLM_REQUESTS",
            "llm-gateway",
            sequence,
            "ai.llm.request",
            "id",
            0,
            deliveries,
            Instant.EPOCH,
            Instant.MAX,
            "c",
            Map.of(),
            () -> true),
        "no room");
  }

  private Duration pause(int deliveries) {
    return assertInstanceOf(Outcome.HandBack.class, parkedFor(1, deliveries).orElseThrow()).after();
  }

  @Test
  void pausesGrowAndAreNotTheSameForAll() {
    Duration first = pause(1);
    assertTrue(first.toMillis() >= 2_500 && first.toMillis() <= 5_000, first.toString());
    Duration later = pause(12);
    assertTrue(later.toMillis() >= 15_000 && later.toMillis() <= 30_000, later.toString());
    long different = IntStream.range(0, 50).mapToObj(_ -> pause(12)).distinct().count();
    assertTrue(different > 10, "pauses: " + different);
  }

  @Test
  void whatHasComeOftenEnoughWaitsNoLonger() {
    assertTrue(parkedFor(1, 20).isPresent());
    assertEquals(Optional.empty(), parkedFor(1, 21));
  }

  @Test
  void soManyWaitAndNoMore() {
    for (int i = 0; i < 200; i++) {
      assertTrue(parkedFor(i, 1).isPresent());
    }
    assertEquals(Optional.empty(), parkedFor(200, 1));
    assertTrue(parkedFor(7, 2).isPresent(), "one of those that wait already");
    clock.forward(Duration.ofMinutes(1));
    assertTrue(parkedFor(200, 1).isPresent());
  }
}
