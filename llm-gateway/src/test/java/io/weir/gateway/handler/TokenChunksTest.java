package io.weir.gateway.handler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.gateway.handler.TokenChunks.Bounds;
import io.weir.messaging.PublishFailedException;
import io.weir.platform.contract.Codecs;
import io.weir.proto.v1.LlmChunk;
import io.weir.proto.v1.LlmChunk.Ending;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TokenChunksTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Bounds AT_ONCE = new Bounds(Duration.ZERO, 40, 100);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<LlmChunk> told = new CopyOnWriteArrayList<>();
  private final List<CompletableFuture<Long>> acknowledgements = new CopyOnWriteArrayList<>();

  @Test
  void whatComesWhileAMessageIsUnderWaySharesTheNextOneInOrder() throws Exception {
    TokenChunks chunks = chunks(AT_ONCE);
    add(chunks, 1);
    awaitMessages(1);
    IntStream.rangeClosed(2, 6).forEach(number -> add(chunks, number));
    chunks.end(Ending.ENDING_WHOLE);
    assertEquals(1, told.size(), "the first is not acknowledged yet");
    acknowledge(0);
    awaitMessages(2);
    acknowledge(1);
    awaitMessages(3);
    // Ten bytes each, forty a message.
    assertEquals(List.of(1, 2, 6), told.stream().map(LlmChunk::getNumber).toList());
    assertEquals(List.of(1, 4, 1), told.stream().map(LlmChunk::getChunkJsonCount).toList());
    assertEquals(Ending.ENDING_UNSPECIFIED, told.get(1).getEnding());
    assertEquals(Ending.ENDING_WHOLE, told.get(2).getEnding());
    assertEquals(7, told.get(2).getAttempt());
    assertEquals(json(6), told.get(2).getChunkJson(0).toStringUtf8());
  }

  @Test
  void aBrokerThatDoesNotAnswerHoldsNobodyUpAndTheNumbersTellWhatWasDropped() throws Exception {
    TokenChunks chunks = chunks(AT_ONCE);
    add(chunks, 1);
    awaitMessages(1);
    IntStream.rangeClosed(2, 1_000).forEach(number -> add(chunks, number)); // room for ten
    chunks.add(
        "a chunk that is longer than a message may ever be".getBytes(StandardCharsets.UTF_8));
    chunks.end(Ending.ENDING_BROKEN);
    for (int message = 0; message < 5; message++) {
      awaitMessages(message + 1);
      acknowledge(message);
    }
    assertEquals(List.of(1, 2, 6, 10, 1_002), told.stream().map(LlmChunk::getNumber).toList());
    assertEquals(Ending.ENDING_BROKEN, told.getLast().getEnding());
    Await.until("all is counted", SOON, () -> count("sent") + count("dropped") == 1_001);
    assertEquals(11, count("sent"));
  }

  @Test
  void withoutABrokerEverythingIsDroppedAndItsEndToo() throws Exception {
    var chunks =
        new TokenChunks(
            "c",
            1,
            message -> {
              throw new PublishFailedException("no NATS", null);
            },
            AT_ONCE,
            Clock.systemUTC(),
            meters);
    add(chunks, 1);
    add(chunks, 2);
    chunks.end(Ending.ENDING_WHOLE);
    Await.until("both are dropped", SOON, () -> count("dropped") == 2);
    assertEquals(0, count("sent"));
  }

  @Test
  void aPauseGathersWhatComesAndTheEndDoesNotWaitForIt() throws Exception {
    TokenChunks chunks = chunks(new Bounds(Duration.ofMinutes(5), 1_000, 1_000));
    add(chunks, 1);
    awaitMessages(1);
    acknowledge(0);
    add(chunks, 2);
    add(chunks, 3);
    chunks.end(Ending.ENDING_WHOLE);
    awaitMessages(2);
    assertEquals(2, told.get(1).getChunkJsonCount());
    assertTrue(chunks.begun());
  }

  private static void add(TokenChunks chunks, int number) {
    chunks.add(json(number).getBytes(StandardCharsets.UTF_8));
  }

  private static String json(int number) {
    return "{\"n\":%04d}".formatted(number);
  }

  private TokenChunks chunks(Bounds bounds) {
    return new TokenChunks(
        "c",
        7,
        message -> {
          var stored = new CompletableFuture<Long>();
          acknowledgements.add(stored);
          told.add(Codecs.LLM_CHUNK.decode(message.payload(), message.contentType()));
          return Optional.of(stored);
        },
        bounds,
        Clock.systemUTC(),
        meters);
  }

  private void acknowledge(int message) {
    acknowledgements.get(message).complete(1L);
  }

  private void awaitMessages(int count) throws InterruptedException {
    Await.until(count + " messages", SOON, () -> told.size() == count);
  }

  private double count(String outcome) {
    return meters.get("weir.llm.stream.chunks").tag("outcome", outcome).counter().count();
  }
}
