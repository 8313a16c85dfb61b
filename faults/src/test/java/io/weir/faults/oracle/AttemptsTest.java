package io.weir.faults.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What workers note is what is read. */
final class AttemptsTest {
  @TempDir Path folder;

  @Test
  void attemptsOfSeveralWorkersAreCountedTogether() throws Exception {
    Instant before = Instant.now();
    try (var one = new AttemptFile(folder.resolve("1"));
        var other = new AttemptFile(folder.resolve("2"))) {
      one.begun("good-1", 1);
      one.begun("good-2", 1);
      one.done("good-1");
      one.ended("good-1");
      other.begun("good-2", 2);
      other.done("good-2");
      other.ended("good-2");
    }
    Attempts attempts = Attempts.in(folder);
    assertEquals(3, attempts.count());
    assertEquals(1, attempts.redeliveries());
    assertEquals(2, attempts.mostAtOnce());
    assertEquals(Map.of("good-1", 1, "good-2", 1), attempts.effects());
    Duration next = attempts.nextAfter(before).orElseThrow();
    assertTrue(next.compareTo(Duration.ofSeconds(10)) < 0, next.toString());
    assertTrue(attempts.nextAfter(Instant.now()).isEmpty());
  }

  @Test
  void aLineThatAKillCutShortIsLeftOut() throws Exception {
    Path file = folder.resolve("1");
    try (var one = new AttemptFile(file)) {
      one.begun("good-1", 1);
    }
    var _ = Files.writeString(file, "B 17", StandardOpenOption.APPEND);
    assertEquals(1, Attempts.in(folder).count());
  }
}
