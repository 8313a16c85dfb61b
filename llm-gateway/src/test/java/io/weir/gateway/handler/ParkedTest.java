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

  /** However often it was delivered before: a session that is looked at is delivered for hours. */
  private Optional<Outcome> parked(long sequence, String user) {
    return parked.wait(
        new Delivery<>(
            "",
            "LLM_REQUESTS",
            "llm-gateway",
            sequence,
            "ai.llm.request",
            "id",
            0,
            1_000,
            Instant.EPOCH,
            Instant.MAX,
            "c",
            Map.of(),
            () -> true),
        user,
        "no room");
  }

  private Duration pause() {
    return assertInstanceOf(Outcome.HandBack.class, parked(1, "ada").orElseThrow()).after();
  }

  @Test
  void pausesGrowWithTheTimeAndAreNotTheSameForAll() {
    Duration first = pause();
    assertTrue(first.toMillis() >= 2_500 && first.toMillis() <= 5_000, first.toString());
    clock.forward(Duration.ofSeconds(20));
    long different = IntStream.range(0, 50).mapToObj(_ -> pause()).distinct().count();
    assertTrue(different > 10, "pauses: " + different);
    Duration later = pause();
    assertTrue(later.toMillis() >= 10_000 && later.toMillis() <= 20_000, later.toString());
  }

  @Test
  void whatHasWaitedForMinutesWaitsNoLonger() {
    for (int i = 0; i <= 24; i++) {
      assertTrue(parked(1, "ada").isPresent(), "after " + i * 20 + " s");
      clock.forward(Duration.ofSeconds(20));
    }
    assertEquals(Optional.empty(), parked(1, "ada"));
    assertTrue(parked(1, "ada").isPresent(), "as a new one");
  }

  @Test
  void soManyOfOneUserWaitAndNoMore() {
    for (int i = 0; i < 100; i++) {
      assertTrue(parked(i, "ada").isPresent());
    }
    assertEquals(Optional.empty(), parked(100, "ada"));
    assertTrue(parked(101, "bob").isPresent(), "somebody else's");
    assertTrue(parked(7, "ada").isPresent(), "one of those that wait already");
    clock.forward(Duration.ofMinutes(1));
    assertTrue(parked(100, "ada").isPresent());
  }
}
