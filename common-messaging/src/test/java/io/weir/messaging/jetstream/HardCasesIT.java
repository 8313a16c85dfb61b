package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.StringValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.Codec;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.flow.RetryPolicy;
import io.weir.messaging.health.HealthCheck;
import io.weir.testsupport.Await;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What once could loop, hang or vanish. */
final class HardCasesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ConsumerOptions OPTIONS =
      ConsumerOptions.DEFAULT.withRetry(
          new RetryPolicy(Duration.ofMillis(20), Duration.ofMillis(100)));

  @RegisterExtension private final TestMessaging nats = new TestMessaging();

  private Consumer<StringValue> consume(MessageHandler<StringValue> handler)
      throws InterruptedException {
    return nats.started(nats.messaging.consumer(SPEC, CODEC, handler, OPTIONS));
  }

  private DeadLetter theDeadLetter() throws InterruptedException {
    return Await.value(
        "a dead letter",
        PATIENCE,
        () -> nats.messaging.deadLetters().list(0, 10).stream().findFirst().orElse(null));
  }

  @Test
  void anErrorOfAHandlerIsAFailureLikeAnother() throws Exception {
    var attempts = new AtomicInteger();
    consume(
        delivery -> {
          attempts.incrementAndGet();
          return endless(delivery, 0);
        });
    nats.publish("deep", "deep");
    assertEquals("exhausted", theDeadLetter().errorClass());
    assertEquals(3, attempts.get());
  }

  @Test
  void whatACodecThrowsIsTheMessagesFaultAndCostsNoPermit() throws Exception {
    Codec<StringValue> broken =
        new Codec<>() {
          @Override
          public String messageType() {
            return CODEC.messageType();
          }

          @Override
          public String contentType() {
            return CODEC.contentType();
          }

          @Override
          public ByteString encode(StringValue message) {
            return CODEC.encode(message);
          }

          @Override
          public StringValue decode(ByteString bytes, String contentType) {
            StringValue message = CODEC.decode(bytes, contentType);
            if (message.getValue().startsWith("hostile")) {
              throw new IndexOutOfBoundsException("of a parser");
            }
            return message;
          }
        };
    for (ConsumerOptions options :
        List.of(OPTIONS.withConcurrency(2), OPTIONS.withConcurrency(2).runInline())) {
      Consumer<StringValue> consumer =
          nats.started(nats.messaging.consumer(SPEC, broken, delivery -> Outcome.done(), options));
      for (int i = 0; i < 5; i++) {
        nats.publish("k", "hostile" + options.inline() + i);
        nats.publish("k", "good" + options.inline() + i);
      }
      Await.until("settlement", PATIENCE, () -> nats.stored("WORK") == 0);
      consumer.drain(Duration.ofSeconds(5));
    }
    var letters = nats.messaging.deadLetters().list(0, 20);
    assertEquals(10, letters.size());
    assertTrue(letters.stream().allMatch(letter -> letter.errorClass().equals("invalid")));
  }

  private static Outcome endless(Delivery<StringValue> delivery, int depth) {
    return depth < 0 ? Outcome.done() : endless(delivery, Math.abs(depth + 1) % 1_000_000_000);
  }

  @Test
  void aResultTooLargeToBePublishedIsADeadLetterNotALoop() throws Exception {
    var attempts = new AtomicInteger();
    consume(
        delivery -> {
          attempts.incrementAndGet();
          return Outcome.done(message(RESULT.with("big"), "big", "x".repeat(1_100_000)));
        });
    nats.publish("big", "big");
    DeadLetter letter = theDeadLetter();
    assertEquals("dead", letter.errorClass());
    assertTrue(letter.error().contains("can't be published"), letter.error());
    Await.until("termination", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(1, attempts.get());
  }

  @Test
  void aHeaderThatTheClientCanNotReadStopsNobody() throws Exception {
    consume(delivery -> Outcome.done());
    publishRaw("work.u", "X-Author: Müller", new byte[] {(byte) 0xff});
    assertEquals("M??ller", theDeadLetter().head().header("X-Author").orElseThrow());
    Await.until("termination", PATIENCE, () -> nats.stored("WORK") == 0);
  }

  /** The Java client refuses to send such a header; other clients do not. */
  private void publishRaw(String subject, String header, byte[] payload) throws Exception {
    byte[] head = ("NATS/1.0\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.UTF_8);
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), nats.server.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "CONNECT {\"verbose\":false,\"headers\":true}\r\n".getBytes(StandardCharsets.UTF_8));
      out.write(
          "HPUB %s %d %d\r\n"
              .formatted(subject, head.length, head.length + payload.length)
              .getBytes(StandardCharsets.UTF_8));
      out.write(head);
      out.write(payload);
      out.write("\r\nPING\r\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
      Await.until("the message", PATIENCE, () -> socket.getInputStream().read() >= 0);
    }
  }

  @Test
  void aRefusedResultHoldsUpItsOwnMessageOnly() throws Exception {
    Consumer<StringValue> consumer =
        consume(
            delivery -> {
              String value = delivery.payload().getValue();
              return value.startsWith("lost")
                  ? Outcome.done(
                      message(new io.weir.messaging.Subject("nobody.stores.this"), value, value))
                  : Outcome.done(message(RESULT.with(value), value, value));
            });
    nats.publish("lost", "lost");
    for (int i = 0; i < 20; i++) {
      nats.publish("m" + i, "m" + i);
    }
    Await.until("the others", PATIENCE, () -> nats.stored("RESULTS") == 20);
    assertEquals(HealthCheck.Status.OK, consumer.checks().getFirst().status());
    Await.until(
        "the acknowledgements, but of the refused one", PATIENCE, () -> nats.stored("WORK") == 1);
  }

  @Test
  void aTopologyThatTheServerRefusesEndsTheStartWithItsReason() {
    var settings = BrokerSettings.local(nats.server.url()).withReplicas(3);
    var messaging = new Messaging("test", settings, new SimpleMeterRegistry(), Clock.systemUTC());
    var refused =
        assertTimeoutPreemptively(
            PATIENCE, () -> assertThrows(TopologyRefusedException.class, messaging::start));
    assertTrue(String.valueOf(refused.getMessage()).contains("NATS_REPLICAS"), refused::toString);
    messaging.close();
  }

  @Test
  void aChangeThatWouldLoseMessagesIsRefusedWithOldAndNewValue() {
    var inMemory = TestMessaging.WORK_STREAM.in(StreamSpec.Storage.MEMORY);
    var refused =
        assertThrows(
            TopologyRefusedException.class, () -> nats.messaging.streams(inMemory).start());
    String said = String.valueOf(refused.getMessage());
    assertTrue(
        said.contains("WORK") && said.contains("storage") && said.contains("file -> memory"), said);
  }

  @Test
  void aDrainWithoutAServerReturns() throws Exception {
    Consumer<StringValue> consumer = consume(delivery -> Outcome.done());
    nats.server.kill();
    Await.until(
        "the loss to be seen", PATIENCE, () -> !consumer.checks().getFirst().reason().isEmpty());
    assertEquals(false, consumer.checks().getFirst().blocksReadiness(), "waiting is not unready");
    assertTimeoutPreemptively(PATIENCE, () -> consumer.drain(Duration.ZERO));
    nats.server.restart();
  }

  @Test
  void aReplayedMessageIsForTheConsumerThatFailedOnIt() throws Exception {
    Headers headers = new Headers();
    headers.put("Weir-Replay-For", "WORK/another");
    var seen = new AtomicInteger();
    consume(
        delivery -> {
          seen.incrementAndGet();
          return Outcome.done();
        });
    nats.observer
        .jetStream()
        .publish(
            NatsMessage.builder()
                .subject("work.r")
                .headers(headers)
                .data(StringValue.of("r").toByteArray())
                .build());
    Await.until("settlement", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(0, seen.get());
  }
}
