package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GrowthTest {
  private final Ticking clock = new Ticking();
  private final Growth growth = new Growth();

  private List<Integer> after(long... seconds) {
    return Arrays.stream(seconds)
        .mapToObj(
            some -> {
              clock.forward(Duration.ofSeconds(some));
              return growth.next(clock.instant());
            })
        .toList();
  }

  @Test
  void theFirstIsTheSmallest() {
    assertEquals(List.of(1), after(0));
  }

  @Test
  void theyDoubleWhileOneLastsForSecondsOnly() {
    assertEquals(List.of(1, 2, 4, 8, 8, 16), after(0, 1, 4, 0, 5, 4));
  }

  @Test
  void thereIsALargest() {
    assertEquals(
        1_024, Stream.generate(() -> growth.next(clock.instant())).limit(30).toList().getLast());
  }

  @Test
  void theyHalveWhenOneLastsForLong() {
    assertEquals(List.of(1, 2, 4, 4, 2, 1, 1), after(0, 1, 1, 20, 21, 60, 60));
  }

  @Test
  void whereThereWasNoRoomItBeginsAnew() {
    assertEquals(List.of(1, 2, 4), after(0, 1, 1));
    growth.shrink();
    assertEquals(List.of(2), after(1));
  }
}
