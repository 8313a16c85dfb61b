package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.weir.messaging.Outgoing;
import io.weir.proto.v1.LlmUsage;
import io.weir.testsupport.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Calls that end while JetStream has not taken another one yet. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ToldTogetherTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final ContextKey<String> TRACE = ContextKey.named("trace");

  @TempDir Path folder;
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final Map<String, CompletableFuture<Long>> stored = new ConcurrentHashMap<>();
  private volatile String unsendable = "";
  private UsageSpool spool;
  private Thread first;

  @BeforeEach
  void oneIsBeingTold() throws Exception {
    spool =
        new UsageSpool(
            folder, 1 << 20, Duration.ofMinutes(5), this::send, new SimpleMeterRegistry());
    spool.start();
    first = ending("a");
    Await.until("it is sent", SOON, () -> sent.equals(List.of("a of a")));
  }

  @AfterEach
  void close() {
    spool.close();
  }

  @Test
  void theyAreSentAfterItInOneMessageThatIsPartOfNoOnesTrace() throws Exception {
    Thread b = ending("b");
    Thread c = ending("c");
    assertEquals(List.of("a of a"), sent);
    stored("a");
    Await.until("both are sent", SOON, () -> sent.size() == 2);
    assertEquals("b c of nobody", sent.getLast());
    assertTrue(b.isAlive() && c.isAlive(), "an answer ended before JetStream had its call");
    stored("b c");
    b.join();
    c.join();
    assertEquals(0, spool.kept());
  }

  /** Else the last would wait for JetStream several times as long as one may. */
  @Test
  void howeverManyTheyAreTheyAreSentAtOnce() throws Exception {
    List<Thread> many = IntStream.range(0, 500).mapToObj(i -> started("c" + i)).toList();
    for (Thread one : many) {
      awaitWaiting(one);
    }
    stored("a");
    Await.until("they are sent", SOON, () -> sent.size() == 2);
    assertEquals(500, sent.getLast().split(" c", -1).length);
    assertTrue(many.stream().allMatch(Thread::isAlive));
    stored.keySet().forEach(this::stored);
    for (Thread one : many) {
      one.join();
    }
    assertEquals(0, spool.kept());
  }

  @Test
  void aCallerWhoLeavesWaitsNoLongerAndItsCallIsToldAllTheSame() throws Exception {
    Thread b = ending("b");
    b.interrupt();
    b.join();
    stored("a");
    Await.until("it is sent", SOON, () -> sent.contains("b of b"));
    stored("b");
    Await.until("nothing is kept", SOON, () -> spool.kept() == 0);
  }

  @Test
  void whoTellsForOthersGoesOnWhenItsOwnCallerLeaves() throws Exception {
    first.interrupt();
    Thread b = ending("b");
    assertEquals(List.of("a of a"), sent);
    stored("a");
    Await.until("it is sent", SOON, () -> sent.contains("b of b"));
    stored("b");
    b.join();
  }

  @Test
  void oneThatCannotBeSentKeepsNobodyElsesBack() throws Exception {
    unsendable = "b";
    Thread b = ending("b");
    Thread c = ending("c");
    stored("a");
    b.join();
    c.join();
    Await.until("the other is sent by itself", SOON, () -> sent.contains("c of nobody"));
    stored("c");
    Await.until("one is kept", SOON, () -> spool.kept() == 1);
    unsendable = "";
    Await.until("it is sent again", SOON, () -> sent.contains("b of nobody"));
    stored("b");
    Await.until("nothing is kept", SOON, () -> spool.kept() == 0);
  }

  @Test
  void whatJetStreamDidNotTakeIsToldAgainEachByItself() throws Exception {
    Thread b = ending("b");
    Thread c = ending("c");
    stored("a");
    Await.until("both are sent", SOON, () -> sent.size() == 2);
    var _ =
        Objects.requireNonNull(stored.get("b c"))
            .completeExceptionally(new IllegalStateException("no"));
    b.join();
    c.join();
    Await.until("they are sent again", SOON, () -> sent.size() == 4);
    assertEquals(
        List.of("b of nobody", "c of nobody"), sent.subList(2, 4).stream().sorted().toList());
    stored("b");
    stored("c");
    Await.until("nothing is kept", SOON, () -> spool.kept() == 0);
  }

  private Thread ending(String id) throws InterruptedException {
    Thread thread = started(id);
    awaitWaiting(thread);
    return thread;
  }

  private Thread started(String id) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try (var _ = Context.root().with(TRACE, "of " + id).makeCurrent()) {
                spool.end(call(id));
              }
            });
  }

  private static void awaitWaiting(Thread thread) throws InterruptedException {
    Await.until("it waits", SOON, () -> thread.getState() == Thread.State.WAITING);
  }

  private void stored(String id) {
    var _ = stored.computeIfAbsent(id, any -> new CompletableFuture<>()).complete(1L);
  }

  private Optional<CompletableFuture<Long>> send(Outgoing message) {
    List<String> calls = ToldCalls.of(message).stream().map(LlmUsage::getRequestId).toList();
    if (calls.contains(unsendable)) {
      throw new IllegalStateException("no");
    }
    String ids = String.join(" ", calls);
    var future = stored.computeIfAbsent(ids, any -> new CompletableFuture<>());
    String trace = Context.current().get(TRACE);
    sent.add(ids + " " + (trace == null ? "of nobody" : trace));
    return Optional.of(future);
  }

  private static LlmUsage call(String id) {
    return LlmUsage.newBuilder()
        .setRequestId(id)
        .setProvider("p")
        .setModel("m")
        .setOutcome("ok")
        .build();
  }
}
