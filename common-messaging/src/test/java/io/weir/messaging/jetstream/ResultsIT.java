package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.messaging.Outcome;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.SubjectTemplate;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestNats;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results that their stream refuses; those that no stream answers for are in ReplicatedIT. */
final class ResultsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final SubjectTemplate OUT = new SubjectTemplate("out.{key}");
  private static final String LONG = "x".repeat(1_200);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  /** It may be this consumer's other messages that make room. */
  @Test
  void aFullStreamOfResultsHoldsUpItsOwnMessageOnly() throws Exception {
    nats.messaging
        .streams(
            new StreamSpec(
                "OUT",
                List.of(OUT),
                StreamSpec.Retention.LIMITS,
                StreamSpec.WhenFull.REFUSE_NEW,
                StreamSpec.Storage.FILE,
                Duration.ZERO,
                2_000))
        .start();
    var _ = nats.messaging.publisher().publish(message(OUT.with("k"), "first", LONG));
    assertThrows(
        PublishFailedException.class,
        () -> nats.messaging.publisher().publish(message(OUT.with("k"), "second", LONG)),
        "the stream is full");
    nats.publish("k", "result");
    for (int i = 0; i < 20; i++) {
      nats.publish("k", "plain" + i);
    }
    nats.started(
        nats.messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            delivery ->
                delivery.payload().getValue().equals("result")
                    ? Outcome.done(message(OUT.with("k"), "third", LONG))
                    : Outcome.done(),
            ConsumerOptions.DEFAULT.withConcurrency(1)));
    Await.until("all others are done", PATIENCE, () -> nats.stored("WORK") == 1);
    try (var operator = TestNats.connect(nats.server.url())) {
      var _ = operator.jetStreamManagement().purgeStream("OUT");
    }
    Await.until("the result is stored", PATIENCE, () -> nats.stored("OUT") == 1);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
  }
}
