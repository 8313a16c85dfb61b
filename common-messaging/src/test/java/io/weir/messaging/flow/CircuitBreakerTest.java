package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.flow.CircuitBreaker.Permit;
import io.weir.messaging.flow.CircuitBreaker.Settings;
import io.weir.messaging.flow.CircuitBreaker.State;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CircuitBreakerTest {
  private final Exception broken = new IOException("broken");

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final InstantSource source = () -> now;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final CircuitBreaker circuit =
      CircuitBreaker.of("store", Settings.DEFAULT, clock, meters);

  private Permit permit() {
    return circuit.tryPermit().orElseThrow();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      permit().failed(broken);
    }
  }

  private void open() {
    fail(5);
    assertInstanceOf(State.Open.class, circuit.state());
  }

  private double gauge(String state) {
    return meters.get("weir.circuit.state").tag("state", state).gauge().value();
  }

  @Test
  void fiveFailuresInARowOpenItAndFourDoNot() {
    fail(4);
    permit().succeeded();
    fail(4);
    assertEquals(new State.Closed(), circuit.state());
    assertEquals(1, gauge("closed"));
    fail(1);
    assertEquals(new State.Open(Duration.ofSeconds(60)), circuit.state());
    assertEquals(Optional.empty(), circuit.tryPermit());
    assertEquals(1, gauge("open"));
    assertEquals(0, gauge("closed"));
    assertEquals(1, meters.get("weir.circuit.opened").counter().count());
  }

  @Test
  void aSignThatTheDependencyIsBackEndsTheWaitForTheFirstProbe() {
    open();
    circuit.tryNow();
    permit().succeeded();
    assertEquals(new State.HalfOpen(), circuit.state());
    permit().failed(broken);
    assertInstanceOf(State.Open.class, circuit.state(), "a sign is no proof");
    circuit.reset();
    circuit.tryNow();
    assertEquals(new State.Closed(), circuit.state());
  }

  @Test
  void whatIsTheCallsOwnFaultDoesNotCount() {
    for (int i = 0; i < 20; i++) {
      permit().failed(new InvalidMessageException("bad"));
    }
    assertEquals(new State.Closed(), circuit.state());
    fail(4);
    permit().failed(new InvalidMessageException("bad"));
    fail(1);
    assertInstanceOf(State.Open.class, circuit.state(), "it does not end the row either");
  }

  @Test
  void afterItsTimeTwoProbesAreLetThroughAndTwoSuccessesCloseIt() {
    open();
    now = now.plusSeconds(59);
    assertEquals(new State.Open(Duration.ofSeconds(1)), circuit.state());
    assertEquals(Optional.empty(), circuit.tryPermit());
    now = now.plusSeconds(1);
    Permit first = permit();
    Permit second = permit();
    assertEquals(new State.HalfOpen(), circuit.state());
    assertEquals(Optional.empty(), circuit.tryPermit(), "no third while two are under way");
    first.succeeded();
    assertEquals(new State.HalfOpen(), circuit.state());
    second.succeeded();
    assertEquals(new State.Closed(), circuit.state());
  }

  @Test
  void theFirstFailureOfAProbeOpensItAgainForItsWholeTime() {
    open();
    now = now.plusSeconds(60);
    Permit first = permit();
    Permit second = permit();
    first.failed(broken);
    assertEquals(new State.Open(Duration.ofSeconds(60)), circuit.state());
    second.succeeded();
    assertEquals(new State.Open(Duration.ofSeconds(60)), circuit.state());
    assertEquals(2, meters.get("weir.circuit.opened").counter().count());
  }

  @Test
  void aProbeThatSaysNothingGivesItsPlaceToAnother() {
    open();
    now = now.plusSeconds(60);
    permit().ignored();
    permit().failed(new InvalidMessageException("bad"));
    permit().succeeded();
    permit().succeeded();
    assertEquals(new State.Closed(), circuit.state());
  }

  @Test
  void aReportFromBeforeTheLastChangeIsVoidAndOnlyTheFirstOfAPermitCounts() {
    Permit early = permit();
    open();
    now = now.plusSeconds(60);
    Permit probe = permit();
    early.failed(broken);
    assertEquals(new State.HalfOpen(), circuit.state());
    probe.succeeded();
    probe.succeeded();
    probe.failed(broken);
    assertEquals(new State.HalfOpen(), circuit.state());
  }

  @Test
  void aCallIsMadeOrRefusedWithTheTimeOfTheNext() throws Exception {
    assertEquals("made", circuit.call(() -> "made"));
    for (int i = 0; i < 5; i++) {
      assertThrows(
          IOException.class,
          () ->
              circuit.call(
                  () -> {
                    throw broken;
                  }));
    }
    var refused = assertThrows(CircuitOpenException.class, () -> circuit.call(() -> "never begun"));
    assertEquals(Duration.ofSeconds(60), refused.retryAfter());
    assertTrue(String.valueOf(refused.getMessage()).contains("store"), refused::toString);
    circuit.reset();
    assertEquals("made", circuit.call(() -> "made"));
  }

  @Test
  void listenersHearEachChangeAndOneThatThrowsStopsNobody() {
    List<State> heard = new ArrayList<>();
    circuit.onTransition(
        state -> {
          throw new IllegalStateException("deaf");
        });
    circuit.onTransition(heard::add);
    open();
    now = now.plusSeconds(60);
    permit().succeeded();
    permit().succeeded();
    assertEquals(
        List.of(new State.Open(Duration.ofSeconds(60)), new State.HalfOpen(), new State.Closed()),
        heard);
  }

  /** Against a model that is written down as the rules are said. */
  @Test
  void whateverHappensItFollowsTheRules() {
    for (int seed = 0; seed < 300; seed++) {
      var random = new Random(seed);
      var settings =
          new Settings(
              1 + random.nextInt(6), Duration.ofSeconds(10), 1 + random.nextInt(3), e -> false);
      var tested = CircuitBreaker.of("m" + seed, settings, clock, new SimpleMeterRegistry());
      var model = new Model(settings, now);
      for (int step = 0; step < 200; step++) {
        String at = "seed " + seed + " step " + step;
        if (random.nextInt(4) == 0) {
          now = now.plusSeconds(1 + random.nextInt(6));
        }
        Optional<Permit> permit = tested.tryPermit();
        assertEquals(model.permits(now), permit.isPresent(), at);
        if (permit.isPresent()) {
          boolean success = random.nextInt(3) > 0;
          if (success) {
            permit.get().succeeded();
          } else {
            permit.get().failed(broken);
          }
          model.done(success, now);
        }
        assertEquals(model.state, tested.state().getClass().getSimpleName(), at);
      }
    }
  }

  private static final class Model {
    private final Settings settings;
    private String state = "Closed";
    private int inARow;
    private int successes;
    private Instant openedAt;

    Model(Settings settings, Instant now) {
      this.settings = settings;
      this.openedAt = now;
    }

    boolean permits(Instant now) {
      if (state.equals("Open") && !now.isBefore(openedAt.plus(settings.openFor()))) {
        state = "HalfOpen";
        successes = 0;
      }
      return !state.equals("Open");
    }

    void done(boolean success, Instant now) {
      inARow = success ? 0 : inARow + 1;
      successes += success ? 1 : 0;
      boolean opens = !success && (state.equals("HalfOpen") || inARow >= settings.failures());
      if (opens) {
        state = "Open";
        openedAt = now;
      } else if (state.equals("HalfOpen") && successes >= settings.probes()) {
        state = "Closed";
        inARow = 0;
      }
    }
  }
}
