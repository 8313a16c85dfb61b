package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.LetterBench.PATIENCE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.deadletter.BulkOrder;
import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.BulkWatcher;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.deadletter.LetterHeaders;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("it measures how long a listing takes")
final class BulkReplayIT {
  @RegisterExtension private final LetterBench bench = new LetterBench();
  private final DeadLetters letters = bench.letters;

  @Test
  void aRunTakesOnlyWhatItsFilterMeansAndNothingThatCameLater() throws Exception {
    bench.consume();
    bench.write(20);
    BulkState begun =
        letters
            .bulk()
            .begin(
                new BulkOrder(
                    BulkOrder.Action.REPLAY,
                    DeadLetterFilter.ALL.with("class", "invalid"),
                    100,
                    0,
                    "ann"));
    assertEquals(10, begun.total());
    bench.write("good-late", 31);
    BulkState ended = letters.bulk().resume(begun, false, BulkWatcher.NONE);
    assertEquals(10, ended.done());
    assertEquals(11, letters.list(0, 100).size());
    Await.until("the work", PATIENCE, () -> bench.handled.size() == 10);
    assertTrue(!bench.handled.contains("good-late"));
    assertEquals(Optional.empty(), letters.bulk().find(begun.id()));
    assertEquals(AuditRecord.Action.RUN_FINISHED, letters.audit(1).getFirst().action());
  }

  @Test
  void aRunStopsWhereItIsToldToAndGoesOnFromThere() throws Exception {
    bench.consume();
    bench.write(20);
    BulkState begun = letters.bulk().begin(BulkOrder.replay(DeadLetterFilter.ALL, "ann"));
    var seen = new ArrayList<LetterOutcome>();
    var stopAfterSeven =
        new BulkWatcher() {
          @Override
          public void dealtWith(LetterOutcome outcome, BulkState state) {
            seen.add(outcome);
          }

          @Override
          public boolean wantsStop() {
            return seen.size() == 7;
          }
        };
    assertEquals(7, letters.bulk().resume(begun, false, stopAfterSeven).done());
    BulkState left = letters.bulk().unfinished().getFirst();
    assertEquals(7, left.done());
    assertEquals(20, letters.bulk().resume(left, false, BulkWatcher.NONE).done());
    Await.until("the work", PATIENCE, () -> bench.handled.size() == 20);
    assertEquals(20, Set.copyOf(bench.handled).size(), bench.handled::toString);
  }

  @Test
  void aRunGoesNoFasterThanOrderedAndNoFurtherThanItsLimit() throws Exception {
    bench.consume();
    bench.write(20);
    BulkState begun =
        letters
            .bulk()
            .begin(new BulkOrder(BulkOrder.Action.REPLAY, DeadLetterFilter.ALL, 6, 10, "ann"));
    assertEquals(6, begun.total());
    long from = System.nanoTime();
    assertEquals(6, letters.bulk().resume(begun, false, BulkWatcher.NONE).done());
    assertTrue(System.nanoTime() - from >= 450_000_000L, "five waits of 100 ms");
    assertEquals(14, letters.list(0, 100).size());
  }

  @Test
  void oneBadLetterDoesNotStopARun() throws Exception {
    bench.consume();
    bench.write(3);
    bench.nats.observer.jetStream().publish("dlq.x.y", "by hand".getBytes(StandardCharsets.UTF_8));
    bench.write("good-4", 4);
    BulkState begun = letters.bulk().begin(BulkOrder.replay(DeadLetterFilter.ALL, "ann"));
    BulkState ended = letters.bulk().resume(begun, false, BulkWatcher.NONE);
    assertEquals(4, ended.done());
    assertEquals(1, ended.failed());
    assertEquals(1, letters.list(0, 10).size());
  }

  @Test
  void aRunThatIsKilledAgainAndAgainIsResumedNothingLostAndNothingTwice() throws Exception {
    bench.consume();
    bench.write(400);
    BulkState begun =
        letters
            .bulk()
            .begin(new BulkOrder(BulkOrder.Action.REPLAY, DeadLetterFilter.ALL, 1_000, 0, "ann"));
    try (Undertaker undertaker = Undertaker.start()) {
      for (int wanted = 60; wanted <= 240; wanted += 60) {
        ManagedProcess process = runInAProcess(begun.id(), undertaker);
        int atLeast = wanted;
        Await.until("some replays", PATIENCE, () -> bench.handled.size() >= atLeast);
        process.kill();
      }
    }
    int left = letters.list(0, 1_000).size();
    assertTrue(left > 0, "killed in the middle");
    BulkState ended =
        letters.bulk().resume(letters.bulk().unfinished().getFirst(), false, BulkWatcher.NONE);
    assertEquals(400, ended.dealtWith(), ended::describe);
    assertEquals(List.of(), letters.list(0, 10));
    Await.until("the work", PATIENCE, () -> bench.nats.stored("WORK") == 0);
    assertEquals(400, Set.copyOf(bench.handled).size(), "nothing lost");
    assertEquals(400, bench.handled.size(), "nothing twice");
    List<String> replayed =
        bench.actions().stream().filter(action -> action.startsWith("replayed")).toList();
    assertEquals(400, Set.copyOf(replayed).size(), "each on record");
    assertEquals(400, replayed.size(), "each once");
  }

  private ManagedProcess runInAProcess(String run, Undertaker undertaker) {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BulkReplayMain.class.getName(),
            bench.nats.server.url(),
            run);
    return ManagedProcess.start(
        new Launch(
            "replay",
            command,
            Map.of(),
            bench.nats.folder,
            bench.nats.folder.resolve("replay.out")),
        undertaker);
  }

  @Test
  void tenThousandLettersAreListedWithoutARequestForEach() throws Exception {
    for (int i = 0; i < 10_000; i++) {
      Headers headers =
          LetterStore.headers(
              LetterHeaders.write(
                  LetterBench.head("good-" + i, i), "id-" + i, LetterHeaders.MOST_BYTES));
      bench.nats.observer.publish(
          NatsMessage.builder()
              .subject("dlq.WORK.worker")
              .headers(headers)
              .data(new byte[2_000])
              .build());
    }
    Await.until("the letters", PATIENCE, () -> bench.nats.stored("DEAD_LETTERS") == 10_000);
    var count = new int[1];
    long begun = System.nanoTime();
    letters.browse(
        DeadLetterFilter.ALL.with("class", "invalid"),
        head -> {
          assertEquals(2_000, head.size());
          count[0]++;
          return true;
        });
    long took = (System.nanoTime() - begun) / 1_000_000;
    assertEquals(5_000, count[0]);
    assertTrue(took < 8_000, "10,000 letters took " + took + " ms");
    System.out.println("listing 10,000 letters took " + took + " ms");
  }
}
