package io.weir.kills.point;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.kills.point.Point.Moment;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RecordingTest {
  private static final Step INSERT = new Step(Wire.MONGO, "insert jobs", true);
  private static final Step ACK = new Step(Wire.NATS, "ack REVIEW_JOBS", false);
  private static final Step SWEEP = new Step(Wire.MONGO, "find jobs by outbox.created_at", true);

  @Test
  void eachStepHasAPointBeforeItAndOneAfterIt() {
    assertEquals(
        List.of(
            new Point(INSERT, 1, Moment.BEFORE),
            new Point(INSERT, 1, Moment.AFTER),
            new Point(ACK, 1, Moment.BEFORE),
            new Point(ACK, 1, Moment.AFTER)),
        Recording.points(List.of(recorded(INSERT, SWEEP, ACK)), Set.of(SWEEP)));
  }

  @Test
  void aStepCountsAsOftenAsInTheRunInWhichItCameMost() {
    List<Point> points =
        Recording.points(List.of(recorded(INSERT), recorded(INSERT, ACK, INSERT)), Set.of());
    assertEquals(6, points.size());
    assertEquals(2, points.stream().mapToInt(Point::nth).max().orElseThrow());
  }

  private static Recording recorded(Step... steps) {
    var recording = new Recording();
    List.of(steps).forEach(recording::add);
    return recording;
  }
}
