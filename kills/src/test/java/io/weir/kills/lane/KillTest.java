package io.weir.kills.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class KillTest {
  private final CompletableFuture<String> dead = new CompletableFuture<>();
  private Predicate<String> wire = _ -> false;

  private Kill at(int nth) {
    return Kill.at(
        nth,
        (String frame) -> frame.equals("ack"),
        which -> {
          wire = which;
          return dead;
        });
  }

  private List<Boolean> pass(String... frames) {
    return Stream.of(frames).map(wire::test).toList();
  }

  @Test
  void itComesAtTheNthFrameAndNoOther() {
    at(2);
    assertEquals(List.of(false, false, true, false), pass("ack", "publish", "ack", "ack"));
  }

  /** The service dies a moment after its last step is done. */
  @Test
  void whatWasReachedIsNotTakenBackEvenIfNobodyIsDeadYet() throws Exception {
    Kill kill = at(1);
    assertEquals(List.of(true), pass("ack"));
    assertFalse(kill.isDone(Duration.ZERO));
    assertFalse(kill.takeBack());
    dead.complete("ack");
    assertTrue(kill.isDone(Duration.ZERO));
  }

  @Test
  void whatWasTakenBackNeverComes() {
    Kill kill = at(1);
    assertTrue(kill.takeBack());
    assertEquals(List.of(false), pass("ack"));
    assertThrows(CancellationException.class, () -> kill.isDone(Duration.ZERO));
  }
}
