package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.weir.localstack.FreePorts;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import io.weir.messaging.Outcome;
import io.weir.testsupport.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Real worker processes that are told to stop while they have their hands full. */
final class DrainIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  @Test
  void aWorkerThatIsToldToStopUnderLoadFinishesWhatItHasAndNothingIsRedelivered() throws Exception {
    assertEquals(List.of(), redelivered(1_000, 3, "-Dhandler=20", "-Dconcurrency=50"));
  }

  @Test
  void slowHandlersFinishToo() throws Exception {
    assertEquals(List.of(), redelivered(60, 2, "-Dhandler=2000", "-Dconcurrency=10"));
  }

  @Test
  void whatWaitsForItsKeyIsFinishedToo() throws Exception {
    assertEquals(
        List.of(), redelivered(400, 3, "-Dhandler=20", "-Dconcurrency=50", "-Dordered=true"));
  }

  @Test
  void whatArrivesWhileTheConsumerStopsIsFinishedToo() throws Exception {
    int messages = 10_000;
    for (int i = 0; i < messages; i++) {
      var _ = nats.messaging.publisher().publishAsync(message(WORK.with("k"), "m" + i, "m" + i));
    }
    nats.messaging.drain(PATIENCE);
    var begun = new AtomicInteger();
    var again = new AtomicInteger();
    var drains = 0;
    while (nats.stored("WORK") > 0) {
      Consumer<?> consumer =
          nats.messaging.consumer(
              SPEC,
              CODEC,
              delivery -> {
                again.addAndGet(delivery.deliveries() > 1 ? 1 : 0);
                begun.incrementAndGet();
                var _ = new CountDownLatch(1).await(1, TimeUnit.MILLISECONDS);
                return Outcome.done();
              },
              ConsumerOptions.DEFAULT.withConcurrency(100));
      int before = begun.get();
      consumer.start();
      Await.until("some", PATIENCE, () -> begun.get() > before + 150 || nats.stored("WORK") == 0);
      assertEquals(0, consumer.drained(Duration.ofSeconds(10)).handedBack());
      consumer.close();
      drains++;
    }
    assertEquals(0, again.get(), "redelivered in " + drains + " drains");
  }

  /** The results of messages that were delivered more than once, with so many stops on the way. */
  private List<String> redelivered(int messages, int stops, String... options) throws Exception {
    for (int i = 0; i < messages; i++) {
      var _ =
          nats.messaging
              .publisher()
              .publishAsync(message(WORK.with("k" + i % 20), "m" + i, "m" + i));
    }
    nats.messaging.drain(PATIENCE);
    try (Undertaker undertaker = Undertaker.start()) {
      for (int i = 0; i < stops; i++) {
        try (ManagedProcess worker = worker(undertaker, options)) {
          long before = nats.stored("RESULTS");
          Await.until(
              "work under way",
              PATIENCE,
              () -> nats.stored("RESULTS") >= before + messages / (2L * stops + 2));
          assertTrue(worker.stop(Duration.ofSeconds(20)), "stopped by itself");
          assertEquals(0, worker.exitCode().orElse(-1));
          assertTrue(nats.stored("WORK") > 0, "it was under load");
        }
      }
      try (ManagedProcess _ = worker(undertaker, options)) {
        Await.until("the rest", PATIENCE, () -> nats.stored("WORK") == 0);
      }
    }
    assertEquals(messages, nats.stored("RESULTS"));
    List<String> again = new ArrayList<>();
    for (int i = 1; i <= messages; i++) {
      String value =
          StringValue.parseFrom(
                  nats.observer.jetStreamManagement().getMessage("RESULTS", i).getData())
              .getValue();
      if (!value.endsWith("/1")) {
        again.add(value);
      }
    }
    return again;
  }

  private ManagedProcess worker(Undertaker undertaker, String... options) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            BusyWorker.class.getName()));
    return ManagedProcess.start(
        new Launch(
            "busy",
            command,
            Map.of(
                "NATS_URL",
                nats.server.url(),
                "HTTP_PORT",
                String.valueOf(FreePorts.one()),
                "LOG_DIR",
                nats.folder.resolve("logs").toString()),
            nats.folder,
            nats.folder.resolve("busy.out")),
        undertaker);
  }
}
