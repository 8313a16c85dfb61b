package io.weir.messaging.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.flow.PullState.Answer;
import io.weir.messaging.flow.PullState.Ask;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PullStateTest {
  private static final PullState.Ends NOBODY =
      new PullState.Ends() {
        @Override
        public void ended(long id) {}

        @Override
        public void givenUp(long id) {}
      };

  private static PullState state(Permits permits, PullPlan plan) {
    return new PullState(permits, plan, NOBODY, Duration.ofMillis(2_500), 0);
  }

  /**
   * Whatever the server, the network and the handlers do, never more is asked for and in hand than
   * the limit; and whatever happened, everything is handled once they behave again, and no permit
   * is lost.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1", "2, 1", "3, 1", "10, 1", "1000, 1", "10000, 1",
    "1, 3", "2, 3", "5, 3", "10, 3", "1000, 3", "10000, 2"
  })
  void neverMoreInHandThanTheLimitAndNothingIsLeftLying(int limit, int lanes) {
    for (int run = 0; run < (limit > 100 ? 3 : 20); run++) {
      long seed = System.nanoTime() + run;
      int messages = Math.min(20_000, 100 + limit * 2);
      var server = new SimulatedServer(seed, limit, lanes, messages, 200);
      server.endsOvertake = run % 2 == 1;
      try {
        server.run(Duration.ofMinutes(2));
        server.faults = false;
        server.run(Duration.ofHours(2));
        assertEquals(messages * lanes, server.handled.size(), "messages left lying");
        assertTrue(server.mostInHand <= limit, "in hand: " + server.mostInHand);
        server.fallSilent();
        assertEquals(limit, server.permits.free(), "permits lost");
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** As servers from 2.11 on do for streams of several replicas. */
  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "50, 1", "1000, 1", "5, 3", "50, 3"})
  void whatIsOnItsWayWhenAPullIsSaidToBeOverIsNotAskedForAgain(int limit, int lanes) {
    for (int run = 0; run < 10; run++) {
      long seed = System.nanoTime() + run;
      var server = new SimulatedServer(seed, limit, lanes, 100 + limit * 3, 50);
      server.endsOvertake = true;
      server.faults = false;
      server.run(Duration.ofHours(2));
      assertEquals((100 + limit * 3) * lanes, server.handled.size(), "handled, seed " + seed);
      assertEquals(0, server.handedBack, "handed back, seed " + seed);
    }
  }

  @Test
  void aPullThatIsOverStaysOpenForWhatIsOnItsWay() {
    var permits = new Permits(8);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    assertTrue(state.arrived(first.id(), 0));
    state.answered(first.id(), Answer.NOTHING_MORE, 5, 0);
    assertEquals(2, permits.requested(), "eight less one that came and five that won't");
    assertEquals(5, state.next(0).orElseThrow().count());
    assertTrue(state.arrived(first.id(), 0));
    assertTrue(state.arrived(first.id(), 0));
    assertFalse(permits.isOpen(first.id()));
  }

  @Test
  void whatWasOnItsWayAndNeverComesIsAskedForAgain() {
    var permits = new Permits(8);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    state.answered(first.id(), Answer.NOTHING_MORE, 0, 0);
    assertTrue(state.next(0).isEmpty());
    assertEquals(1, state.giveUpSilent(Duration.ofSeconds(3).toNanos()));
    assertEquals(8, permits.free());
  }

  @Test
  void aPullAsksForAllThatIsFreeOnceHalfIs() {
    var permits = new Permits(8);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    assertEquals(8, first.count());
    for (int settled = 1; settled <= 3; settled++) {
      assertTrue(state.arrived(first.id(), 0));
      state.released(permits.released(), 0);
      assertTrue(state.next(0).isEmpty(), settled + " of eight are not worth a pull");
    }
    assertTrue(state.arrived(first.id(), 0));
    state.released(permits.released(), 0);
    assertEquals(4, state.next(0).orElseThrow().count());
  }

  @Test
  void onePermitIsWorthAPullWhenNothingElseIsAskedFor() {
    var permits = new Permits(8);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    for (int i = 0; i < 8; i++) {
      assertTrue(state.arrived(first.id(), 0));
    }
    state.released(permits.released(), 0);
    Ask second = state.next(0).orElseThrow();
    assertEquals(1, second.count(), "its permit would be idle until another handler is done");
    state.released(permits.released(), 0);
    assertTrue(state.next(0).isEmpty(), "a pull is under way: others gather meanwhile");
    assertTrue(state.arrived(second.id(), 0));
    assertEquals(1, state.next(0).orElseThrow().count());
  }

  @Test
  void aSettledMessageIsSeldomTheLastSoAFewPermitsGatherBeforeAPull() {
    var permits = new Permits(64);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    for (int i = 0; i < 64; i++) {
      assertTrue(state.arrived(first.id(), 0));
    }
    var _ = permits.released();
    assertFalse(state.worthAPullAtOnce(false), "others follow");
    assertTrue(state.worthAPull(), "or do not: who looks now and then asks for one as well");
    var _ = permits.released();
    assertTrue(state.worthAPullAtOnce(false));
    assertFalse(state.worthAPullAtOnce(true), "those that wait for a thread will be done soon");
    for (int settled = 3; settled <= 32; settled++) {
      assertFalse(state.worthAPullAtOnce(true));
      var _ = permits.released();
    }
    assertTrue(state.worthAPullAtOnce(true), "half of them is worth one always");
  }

  @Test
  void oneOfAFewPermitsIsNotLeftIdleBehindSlowHandlers() {
    var permits = new Permits(10);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    for (int i = 0; i < 10; i++) {
      assertTrue(state.arrived(first.id(), 0));
    }
    assertFalse(state.worthAPullAtOnce(false));
    var _ = permits.released();
    assertTrue(state.worthAPullAtOnce(false));
    assertEquals(1, state.next(0).orElseThrow().count());
  }

  @Test
  void aRefusedPullIsNotRepeatedAtOnceAndTheThirdTimeTheConsumerIsLookedAt() {
    var state = state(new Permits(1), PullPlan.single());
    long now = 0;
    for (int refusal = 0; refusal < 3; refusal++) {
      Ask ask = state.next(now).orElseThrow();
      assertFalse(ask.checkConsumer());
      state.answered(ask.id(), Answer.REFUSED, Integer.MAX_VALUE, now);
      assertTrue(state.next(now).isEmpty(), "repeated at once");
      now += Duration.ofSeconds(2).toNanos();
    }
    assertTrue(state.next(now).orElseThrow().checkConsumer());
  }

  @Test
  void aPullThatTheServerDoesNotSpeakOfIsGivenUp() {
    var state = state(new Permits(1), PullPlan.single());
    Ask ask = state.next(0).orElseThrow();
    long late = Duration.ofSeconds(2).toNanos();
    state.answered(ask.id(), Answer.HEARTBEAT, Integer.MAX_VALUE, late);
    assertEquals(0, state.giveUpSilent(late + late));
    assertTrue(state.next(late + late).isEmpty());
    assertEquals(1, state.giveUpSilent(late + late + late));
    assertTrue(state.next(late + late + late).isPresent());
  }

  @Test
  void afterAPullThatNobodySpokeOfTheConsumerIsLookedAtOnce() {
    var state = state(new Permits(1), PullPlan.single());
    Ask ask = state.next(0).orElseThrow();
    assertFalse(ask.checkConsumer());
    long late = Duration.ofSeconds(3).toNanos();
    assertEquals(1, state.giveUpSilent(late));
    Ask second = state.next(late).orElseThrow();
    assertTrue(second.checkConsumer(), "it may have been deleted");
    state.answered(second.id(), Answer.NOTHING_MORE, Integer.MAX_VALUE, late);
    assertFalse(state.next(late).orElseThrow().checkConsumer());
  }

  @Test
  void aQuietPullIsGivenUpOnceItsConsumerIsKnownToBeThere() {
    var quiet = Duration.ofMillis(800);
    var state = state(new Permits(1), PullPlan.single());
    Ask ask = state.next(0).orElseThrow();
    long heard = Duration.ofSeconds(1).toNanos();
    state.answered(ask.id(), Answer.HEARTBEAT, Integer.MAX_VALUE, heard);
    assertFalse(state.isQuiet(heard + quiet.toNanos(), quiet));
    long late = heard + quiet.toNanos() + 1;
    assertTrue(state.isQuiet(late, quiet));
    state.giveUpQuiet(late, quiet);
    assertFalse(state.next(late).orElseThrow().checkConsumer(), "it is asked for again at once");
  }

  @Test
  void aPullIsNotGivenUpForATimeInWhichTheServerCouldNotSpeak() {
    var state = state(new Permits(1), PullPlan.single());
    var _ = state.next(0).orElseThrow();
    long thawed = Duration.ofMinutes(1).toNanos();
    state.heardAnew(thawed);
    assertEquals(0, state.giveUpSilent(thawed + Duration.ofSeconds(2).toNanos()));
    assertEquals(1, state.giveUpSilent(thawed + Duration.ofSeconds(5).toNanos()));
  }

  @Test
  void oldNewsOfAPullThatIsOverChangesNothing() {
    var permits = new Permits(2);
    var state = state(permits, PullPlan.single());
    Ask first = state.next(0).orElseThrow();
    state.pullAnew(0);
    Ask second = state.next(0).orElseThrow();
    state.answered(first.id(), Answer.NOTHING_MORE, Integer.MAX_VALUE, 0);
    assertEquals(2, permits.requested());
    assertFalse(state.arrived(first.id(), 0), "all permits are asked for");
    assertTrue(state.arrived(second.id(), 0));
  }

  @Test
  void theUrgentGoFirstAndNoneIsStarved() {
    var server = new SimulatedServer(1, 1, 3, 210, 20);
    server.faults = false;
    server.run(Duration.ofHours(1));
    List<Integer> begun = server.handled.subList(0, 210);
    assertEquals(160, Collections.frequency(begun, 0), 2.0);
    assertEquals(40, Collections.frequency(begun, 1), 2.0);
    assertEquals(10, Collections.frequency(begun, 2), 2.0);
  }

  @Test
  void aLaneThatHasNothingTiesNoPermits() {
    var permits = new Permits(5);
    var state = state(permits, new PriorityPlan(3));
    Ask high = state.next(0).orElseThrow();
    assertEquals(0, high.lane());
    assertFalse(high.waits());
    assertTrue(state.next(0).isEmpty(), "one question at a time");
    state.answered(high.id(), Answer.NOTHING_MORE, Integer.MAX_VALUE, 0);
    Ask normal = state.next(0).orElseThrow();
    state.answered(normal.id(), Answer.NOTHING_MORE, Integer.MAX_VALUE, 0);
    Ask low = state.next(0).orElseThrow();
    assertEquals(2, low.lane());
    assertEquals(5, low.count(), "all that is free, since the others are empty");
    for (int i = 0; i < 5; i++) {
      assertTrue(state.arrived(low.id(), 0));
    }
    state.released(permits.released(), 0);
    assertEquals(0, state.next(0).orElseThrow().lane(), "the urgent lane is asked again first");
  }

  @Test
  void aLaneThatDoesNotAnswerHoldsUpNoOther() {
    var state = state(new Permits(5), new PriorityPlan(3));
    Ask high = state.next(0).orElseThrow();
    assertEquals(0, high.lane());
    long later = Duration.ofMillis(600).toNanos();
    assertEquals(1, state.giveUpSilent(later));
    state.resumed(later);
    assertEquals(1, state.next(later).orElseThrow().lane(), "the stalled lane is left for a while");
  }

  @Test
  void whenAllLanesAreEmptyTheServerWaitsAtEach() {
    var permits = new Permits(5);
    var state = state(permits, new PriorityPlan(3));
    for (int lane = 0; lane < 3; lane++) {
      state.answered(state.next(0).orElseThrow().id(), Answer.NOTHING_MORE, Integer.MAX_VALUE, 0);
    }
    for (int lane = 0; lane < 3; lane++) {
      Ask waiting = state.next(0).orElseThrow();
      assertEquals(lane, waiting.lane());
      assertTrue(waiting.waits());
    }
    assertEquals(5, permits.requested());
  }
}
