package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;

import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.deadletter.DeadLetterHead;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Dead letters of a consumer that takes what begins with "good" and gives up the rest at once. */
final class LetterBench implements AfterEachCallback {
  static final Duration PATIENCE = Duration.ofSeconds(30);

  final TestMessaging nats = new TestMessaging();
  final DeadLetters letters = nats.messaging.deadLetters();
  final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();

  private Outcome handle(Delivery<StringValue> delivery) {
    String value = delivery.payload().getValue();
    handled.add(value);
    return value.startsWith("good") ? Outcome.done() : Outcome.dead("bad: " + value);
  }

  private Consumer<StringValue> consumer() {
    return nats.messaging.consumer(SPEC, CODEC, this::handle, ConsumerOptions.DEFAULT);
  }

  void consume() throws InterruptedException {
    nats.started(consumer());
  }

  /** Puts the consumer in place; nobody reads from it. */
  void consumerWithoutReader() throws Exception {
    Consumer<StringValue> consumer = consumer();
    consumer.start();
    consumer.drain(Duration.ofSeconds(1));
    consumer.close();
  }

  static ByteString payload(String value) {
    return StringValue.of(value).toByteString();
  }

  /** A letter as the consumer would write it. */
  void write(String value, long sequence) {
    letters.add(
        head(value, sequence), Instant.ofEpochMilli(sequence), payload(value).toByteArray());
  }

  /** Letters "good-1" and so on; every other one is of class invalid. */
  void write(int count) {
    for (int i = 1; i <= count; i++) {
      write("good-" + i, i);
    }
  }

  static DeadLetterHead head(String value, long sequence) {
    return new DeadLetterHead(
        0,
        0,
        0,
        Instant.EPOCH,
        "work.k",
        Map.of("Nats-Msg-Id", List.of(value)),
        "WORK",
        "worker",
        sequence,
        3,
        Instant.EPOCH,
        Instant.EPOCH,
        sequence % 2 == 0 ? "exhausted" : "invalid",
        "error of " + value,
        "test",
        "1",
        0,
        List.of());
  }

  /** What was done, oldest first: {@code replayed 7}. */
  List<String> actions() {
    return letters.audit(10_000).stream().map(r -> r.action().word() + " " + r.letter()).toList();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    nats.afterEach(context);
  }
}
