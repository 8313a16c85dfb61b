package io.weir.faults.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.time.Duration;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;

/** A schedule can be had again. */
final class ScheduleTest {
  @Test
  void theSameSeedBreaksTheSameThingsInTheSameOrder() {
    Duration length = Duration.ofMinutes(5);
    assertEquals(Schedule.of(42, length), Schedule.of(42, length));
    assertNotEquals(Schedule.of(42, length).events(), Schedule.of(43, length).events());
  }

  @Test
  void halfAnHourHasEachFaultInIt() {
    var found = EnumSet.noneOf(Fault.class);
    Schedule.of(1, Duration.ofMinutes(30)).events().forEach(event -> found.add(event.fault()));
    assertEquals(EnumSet.allOf(Fault.class), found);
  }
}
