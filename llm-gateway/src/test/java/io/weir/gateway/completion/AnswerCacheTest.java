package io.weir.gateway.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.completion.Completions.Cached;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Candidate;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
  private final Ticking clock = new Ticking(Instant.EPOCH);
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AnswerCache cache =
      new AnswerCache(new AnswerCache.Bounds(10, 3, Duration.ofMinutes(1)), clock, meters);

  @Test
  void whatWasNotAskedForTheLongestGoesFirst() {
    cache.put("a", answer(3));
    cache.put("b", answer(3));
    cache.put("c", answer(3));
    assertTrue(cache.get("a").isPresent());
    cache.put("d", answer(3));
    assertEquals(Optional.empty(), cache.get("b"));
    assertTrue(cache.get("a").isPresent() && cache.get("c").isPresent());
    assertEquals(9, cache.size());
  }

  @Test
  void bytesAreBoundedWhateverIsReplaced() {
    cache.put("a", answer(6));
    cache.put("a", answer(4));
    cache.put("b", answer(6));
    assertEquals(10, cache.size());
    cache.put("c", answer(10));
    assertEquals(10, cache.size());
    cache.put("c", answer(11));
    assertEquals(0, cache.size(), "the old answer is not true any more");
    assertEquals(Optional.empty(), cache.get("c"));
  }

  @Test
  void anOldAnswerIsNone() {
    cache.put("a", answer(3));
    clock.to(Instant.EPOCH.plusSeconds(59));
    assertTrue(cache.get("a").isPresent());
    clock.to(Instant.EPOCH.plusSeconds(60));
    assertEquals(Optional.empty(), cache.get("a"));
    assertEquals(0, cache.size());
    assertEquals(1, meters.get("weir.llm.cache.hits").counter().count());
    assertEquals(1, meters.get("weir.llm.cache.misses").counter().count());
  }

  private static Reply.Answered answer(int bytes) {
    return new Reply.Answered(new byte[bytes], new Candidate("p", "m"), Cached.HIT);
  }
}
