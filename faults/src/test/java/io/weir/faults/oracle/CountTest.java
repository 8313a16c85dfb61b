package io.weir.faults.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The oracle finds what it is there to find. */
final class CountTest {
  private static Count count(
      String id, int effects, int results, int letters, long left, boolean mayRepeat) {
    return Count.of(
        new Evidence(
            Set.of(id), Map.of(id, effects), Map.of(id, results), Map.of(id, letters), left),
        mayRepeat);
  }

  @Test
  void aGoodMessageWithOneEffectAndOneResultIsClean() {
    Count count = count("good-1", 1, 1, 0, 0, false);
    assertTrue(count.isClean(), count.toString());
    assertEquals(1, count.messages());
  }

  @Test
  void aPoisonousOneWithOneDeadLetterIsClean() {
    Count count = count("dead-1", 0, 0, 1, 0, false);
    assertTrue(count.isClean(), count.toString());
    assertEquals(1, count.letters());
  }

  @Test
  void withoutEffectResultOrDeadLetterItIsLost() {
    assertEquals(1, count("good-1", 0, 0, 0, 0, false).lost());
    assertEquals(1, count("good-1", 1, 0, 0, 0, false).lost(), "its result was never stored");
    assertEquals(1, count("good-1", 0, 1, 0, 0, false).lost(), "its effect was never stored");
    assertEquals(1, count("failing-1", 0, 0, 0, 0, false).lost());
  }

  @Test
  void whatIsThereTwiceIsDuplicated() {
    assertEquals(1, count("good-1", 2, 1, 0, 0, false).duplicated());
    assertEquals(1, count("good-1", 1, 2, 0, 0, false).duplicated());
    assertEquals(1, count("rubbish-1", 0, 0, 2, 0, false).duplicated());
  }

  @Test
  void aResultThatMayRepeatIsCountedApart() {
    Count count = count("good-1", 1, 3, 0, 0, true);
    assertTrue(count.isClean());
    assertEquals(2, count.repeats());
  }

  @Test
  void aGoodOneAmongTheDeadLettersAndAPoisonousOneWithAnEffectAreMisjudged() {
    assertEquals(1, count("good-1", 1, 1, 1, 0, false).misjudged());
    assertEquals(1, count("good-1", 0, 0, 1, 0, false).misjudged());
    assertEquals(1, count("dead-1", 1, 1, 1, 0, false).misjudged());
  }

  @Test
  void whatIsLeftIsStuck() {
    Count count = count("good-1", 1, 1, 0, 3, false);
    assertEquals(3, count.stuck());
    assertFalse(count.isClean());
  }
}
