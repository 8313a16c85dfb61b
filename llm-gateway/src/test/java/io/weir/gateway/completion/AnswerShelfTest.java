package io.weir.gateway.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.gateway.completion.AnswerShelf.Claim;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.testsupport.Ticking;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 10, unit = TimeUnit.SECONDS)
class AnswerShelfTest {
  private static final byte[] REQUEST = {1};
  private final Ticking clock = new Ticking(Instant.EPOCH);
  private final AnswerShelf shelf = new AnswerShelf(100, Duration.ofHours(1), clock);
  private final Map<Integer, Reply> replies = new ConcurrentHashMap<>();
  private int asked;

  @Test
  void anAnswerIsBoughtOnceUntilItIsTooOld() throws Exception {
    assertEquals(reply(10), shelf.once("k", REQUEST, () -> bought(10)));
    assertEquals(reply(10), shelf.once("k", REQUEST, () -> bought(10)));
    assertEquals(1, asked);
    clock.to(Instant.EPOCH.plus(Duration.ofMinutes(61)));
    assertEquals(reply(10), shelf.once("k", REQUEST, () -> bought(10)));
    assertEquals(2, asked);
  }

  @Test
  void theOldestAnswersMakeRoom() throws Exception {
    for (String key : new String[] {"a", "b", "c"}) {
      assertEquals(reply(40), shelf.once(key, REQUEST, () -> bought(40)));
    }
    assertInstanceOf(Claim.Stored.class, shelf.claim("c", REQUEST));
    assertInstanceOf(Claim.Stored.class, shelf.claim("b", REQUEST));
    assertInstanceOf(Claim.Mine.class, shelf.claim("a", REQUEST));
  }

  @Test
  void anAnswerLargerThanTheShelfIsNotKept() throws Exception {
    assertEquals(reply(101), shelf.once("k", REQUEST, () -> bought(101)));
    assertInstanceOf(Claim.Mine.class, shelf.claim("k", REQUEST));
  }

  @Test
  void aKeyStandsForOneRequest() throws Exception {
    assertEquals(reply(1), shelf.once("k", REQUEST, () -> bought(1)));
    var refused = assertInstanceOf(Claim.Refused.class, shelf.claim("k", new byte[] {2}));
    assertEquals(422, refused.failure().status());
  }

  @Test
  void whoeverJoinedTakesOverWhenTheFirstGoesAway() throws Exception {
    var mine = assertInstanceOf(Claim.Mine.class, shelf.claim("k", REQUEST));
    var joined = new FutureTask<>(() -> shelf.once("k", REQUEST, () -> bought(5)));
    Thread.ofVirtual().start(joined);
    mine.ticket().close();
    assertEquals(reply(5), joined.get());
  }

  @Test
  void aFailureReachesThoseWhoJoinedAndIsForgotten() throws Exception {
    var mine = assertInstanceOf(Claim.Mine.class, shelf.claim("k", REQUEST));
    var running = assertInstanceOf(Claim.Running.class, shelf.claim("k", REQUEST));
    var failed = new Reply.Failed(Failure.timeOut("slow"));
    mine.ticket().settle(failed);
    mine.ticket().close();
    assertEquals(failed, running.reply().get());
    assertInstanceOf(Claim.Mine.class, shelf.claim("k", REQUEST));
  }

  @Test
  void aCallThatThrowsSetsItsKeyFree() {
    assertThrows(
        IllegalStateException.class,
        () ->
            shelf.once(
                "k",
                REQUEST,
                () -> {
                  throw new IllegalStateException("a bug");
                }));
    assertInstanceOf(Claim.Mine.class, shelf.claim("k", REQUEST));
  }

  private Reply bought(int size) {
    asked++;
    return reply(size);
  }

  /** The same object for the same size, so that answers can be compared. */
  private Reply reply(int size) {
    return replies.computeIfAbsent(
        size, s -> new Reply.Answered(new byte[s], new Candidate("p", "m")));
  }
}
