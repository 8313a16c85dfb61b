package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.FreePorts;
import io.weir.localstack.NatsServer;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessagingException;
import io.weir.testsupport.Await;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class OperatorConnectionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @RegisterExtension private final LetterBench bench = new LetterBench();
  @TempDir Path folder;

  private static StreamStatus stream(OperatorConnection operator, String name) {
    return operator.streams().stream().filter(s -> s.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aConsumersBacklogIsToldWithTheAgeOfItsOldestMessage() throws Exception {
    try (var operator =
        OperatorConnection.open("op", BrokerSettings.local(bench.nats.server.url()), PATIENCE)) {
      bench.consumerWithoutReader();
      assertEquals(Duration.ZERO, stream(operator, "WORK").consumers().getFirst().lag());
      for (int i = 0; i < 5; i++) {
        bench.nats.publish("k" + i, "good-" + i);
      }
      Await.until(
          "some lag",
          PATIENCE,
          () -> stream(operator, "WORK").consumers().getFirst().lag().toMillis() >= 300);
      StreamStatus work = stream(operator, "WORK");
      assertEquals(5, work.messages());
      assertEquals(1L << 30, work.maxBytes());
      assertTrue(work.oldest().orElseThrow().toMillis() >= 300);
      StreamStatus.ConsumerStatus worker = work.consumers().getFirst();
      assertEquals(SPEC.durable(), worker.name());
      assertEquals(5, worker.pending());
      assertEquals(0, worker.inFlight());
      bench.consume();
      Await.until(
          "no backlog",
          PATIENCE,
          () -> stream(operator, "WORK").consumers().getFirst().lag().isZero());
      Await.until(
          "a pull that waits",
          PATIENCE,
          () -> stream(operator, "WORK").consumers().getFirst().waiting() > 0);
    }
  }

  @Test
  void aServerThatIsAwayIsWaitedForOnlySoLong() throws Exception {
    String url = "nats://127.0.0.1:" + FreePorts.one();
    var e =
        assertThrows(
            DependencyUnavailableException.class,
            () -> OperatorConnection.open("op", BrokerSettings.local(url), Duration.ofMillis(500)));
    assertTrue(String.valueOf(e.getMessage()).contains(url), e::toString);
  }

  @Test
  void whereNoServiceHasRunYetItSaysSoAndCreatesNothing() throws Exception {
    try (NatsServer server = NatsServer.start(folder);
        var operator =
            OperatorConnection.open("op", BrokerSettings.local(server.url()), PATIENCE)) {
      assertThrows(MessagingException.class, operator::deadLetters);
      assertTrue(operator.streams().isEmpty());
    }
  }
}
