package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.proto.v1.LlmUsage;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class UsageSpoolTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path folder;
  private final List<LlmUsage> told = new CopyOnWriteArrayList<>();
  private volatile boolean away;

  @Test
  void aCallIsToldBeforeItsEndReturns() throws Exception {
    UsageSpool spool = started(1 << 20);
    spool.begin(call("a", "unknown"));
    spool.end(call("a", "ok"));
    assertEquals(List.of("a ok"), said());
    spool.close();
    assertEquals(0, files());
  }

  @Test
  void aProcessThatLeftReservationsBehindIsFoundByTheNext() throws Exception {
    UsageSpool first = started(1 << 20);
    String name = first.process();
    first.begin(call("a", "unknown"));
    first.goesOn("a");
    first.leaveBehind();
    first.close();
    assertEquals(1, files());

    UsageSpool next = started(1 << 20);
    assertEquals(Set.of(name), next.dead());
    next.buried(name);
    assertEquals(Set.of(), next.dead());
    next.close();
    assertEquals(0, files());
    assertEquals(List.of(), said(), "what goes on is told by whoever finds its end");
  }

  @Test
  void whatAKilledProcessHadBegunIsToldAsUnknownOnceByTheNext() throws Exception {
    UsageSpool killed = started(1 << 20);
    killed.begin(call("a", "unknown"));
    killed.begin(call("b", "unknown"));
    killed.end(call("b", "ok"));
    killed.close(); // leaves the same file as a kill does
    cutOffRecord();
    assertEquals(List.of("b ok"), said());

    UsageSpool next = started(1 << 20);
    Await.until("it is told", SOON, () -> said().equals(List.of("b ok", "a unknown")));
    Await.until("nothing is kept", SOON, () -> next.kept() == 0);
    next.close();
    assertEquals(0, files());
    started(1 << 20).close();
    assertEquals(2, told.size());
  }

  @Test
  void whileNatsIsAwayCallsAreKeptAndToldWhenItIsBackEvenByAnotherProcess() throws Exception {
    away = true;
    UsageSpool first = started(1 << 20);
    first.begin(call("a", "unknown"));
    first.end(call("a", "ok"));
    first.begin(call("b", "unknown"));
    first.end(call("b", "cancelled"));
    assertEquals(2, first.kept());
    assertTrue(first.checks().getFirst().reason().contains("2 calls"));
    first.close();
    assertEquals(List.of(), said());

    away = false;
    UsageSpool second = started(1 << 20);
    Await.until("both are told", SOON, () -> said().equals(List.of("a ok", "b cancelled")));
    Await.until("nothing is kept", SOON, () -> second.kept() == 0);
    second.close();
  }

  @Test
  void aCallerWhoLeavesWhileItsCallIsNotedSpoilsNobodyElsesCall() throws Exception {
    UsageSpool spool = started(1 << 20);
    Thread.currentThread().interrupt();
    spool.begin(call("a", "unknown"));
    spool.end(call("a", "cancelled"));
    assertTrue(Thread.interrupted());

    spool.begin(call("b", "unknown"));
    spool.end(call("b", "ok"));
    Await.until("both are told", SOON, () -> said().equals(List.of("a cancelled", "b ok")));
    spool.close();
  }

  @Test
  void whenTooMuchIsKeptNoFurtherCallMayBeMade() throws Exception {
    away = true;
    UsageSpool spool = started(200);
    assertFalse(spool.full());
    for (int i = 0; i < 20; i++) {
      spool.begin(call("c" + i, "unknown"));
      spool.end(call("c" + i, "ok"));
    }
    assertTrue(spool.full());
    away = false;
    Await.until("there is room", SOON, () -> !spool.full() && spool.kept() == 0);
    assertEquals(20, told.size());
    spool.close();
  }

  @Test
  void theFileDoesNotGrowWithWhatIsTold() throws Exception {
    UsageSpool spool = started(1 << 20);
    for (int i = 0; i < 12_000; i++) {
      spool.begin(call("c" + i, "unknown"));
      spool.end(call("c" + i, "ok"));
    }
    long size;
    try (var found = Files.list(folder)) {
      size = Files.size(found.findFirst().orElseThrow());
    }
    assertTrue(size < 3 << 20, "bytes: " + size);
    spool.close();
  }

  @Test
  void theJournalOfALivingProcessIsLeftAlone() throws Exception {
    UsageSpool one = started(1 << 20);
    one.begin(call("a", "unknown"));
    UsageSpool two = started(1 << 20);
    two.close();
    assertEquals(List.of(), said());
    one.end(call("a", "ok"));
    assertEquals(List.of("a ok"), said());
    one.close();
  }

  private UsageSpool started(long mostBytes) throws IOException {
    var spool =
        new UsageSpool(
            folder, mostBytes, Duration.ofSeconds(5), this::send, new SimpleMeterRegistry());
    spool.start();
    return spool;
  }

  private Optional<CompletableFuture<Long>> send(Outgoing message) {
    if (away) {
      throw new PublishFailedException("NATS is away", null);
    }
    told.addAll(ToldCalls.of(message));
    return Optional.of(CompletableFuture.completedFuture(1L));
  }

  private void cutOffRecord() throws IOException {
    try (var found = Files.list(folder)) {
      Files.write(
          found.findFirst().orElseThrow(),
          new byte[] {0, 0, 0, 50, 1, 2, 3, 4, 5},
          StandardOpenOption.APPEND);
    }
  }

  private long files() throws IOException {
    try (var found = Files.list(folder)) {
      return found.count();
    }
  }

  private List<String> said() {
    return told.stream().map(call -> call.getRequestId() + " " + call.getOutcome()).toList();
  }

  private static LlmUsage call(String id, String outcome) {
    return LlmUsage.newBuilder()
        .setRequestId(id)
        .setProvider("p")
        .setModel("m")
        .setOutcome(outcome)
        .build();
  }
}
