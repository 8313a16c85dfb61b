package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.SPEC;
import static io.weir.messaging.jetstream.TestMessaging.WORK;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.StringValue;
import io.nats.client.impl.Headers;
import io.nats.client.impl.NatsMessage;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.flow.RetryPolicy;
import io.weir.messaging.health.HealthCheck;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ConsumerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ConsumerOptions OPTIONS =
      ConsumerOptions.DEFAULT
          .withConcurrency(5)
          .withRetry(new RetryPolicy(Duration.ofMillis(20), Duration.ofMillis(100)));

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();

  private Consumer<StringValue> consume(
      ConsumerOptions options, MessageHandler<StringValue> handler) throws InterruptedException {
    return nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            delivery -> {
              attempts
                  .computeIfAbsent(delivery.payload().getValue(), k -> new AtomicInteger())
                  .incrementAndGet();
              return handler.handle(delivery);
            },
            options));
  }

  private int attempts(String value) {
    return attempts.getOrDefault(value, new AtomicInteger()).get();
  }

  private static Outcome echo(String value) {
    return Outcome.done(message(RESULT.with(value), "result-" + value, value));
  }

  @Test
  void resultsArePublishedBeforeTheMessageIsAcknowledged() throws Exception {
    consume(OPTIONS, delivery -> echo(delivery.payload().getValue()));
    for (int i = 0; i < 200; i++) {
      nats.publish("m" + i, "m" + i);
    }
    Await.until("all results", PATIENCE, () -> nats.stored("RESULTS") == 200);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(200, attempts.size());
    assertTrue(attempts.values().stream().allMatch(count -> count.get() == 1), attempts::toString);
  }

  @Test
  void aMessageWhoseResultCanNotBePublishedStays() throws Exception {
    nats.observer.jetStreamManagement().deleteStream("RESULTS");
    consume(OPTIONS, delivery -> echo(delivery.payload().getValue()));
    nats.publish("a", "a");
    Await.until("an attempt", PATIENCE, () -> attempts("a") >= 1);
    assertEquals(1, nats.stored("WORK"));
    nats.messaging.streams(TestMessaging.RESULT_STREAM).start();
    Await.until("the result", PATIENCE, () -> nats.stored("RESULTS") == 1);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
    assertEquals(
        List.of(), nats.messaging.deadLetters().list(0, 10), "an outage costs no attempts");
  }

  @Test
  void afterItsFailuresAreSpentAMessageIsDeadLetteredWholeAndCanBeReplayed() throws Exception {
    var broken = new AtomicBoolean(true);
    var bereaved = new AtomicInteger();
    nats.started(
        nats.messaging.consumer(
            SPEC,
            CODEC,
            new MessageHandler<StringValue>() {
              @Override
              public Outcome handle(io.weir.messaging.Delivery<StringValue> delivery) {
                attempts
                    .computeIfAbsent(delivery.payload().getValue(), k -> new AtomicInteger())
                    .incrementAndGet();
                if (broken.get()) {
                  throw new IllegalStateException("no luck");
                }
                return echo(delivery.payload().getValue());
              }

              @Override
              public void deadLettered(
                  io.weir.messaging.Delivery<StringValue> delivery, String reason) {
                bereaved.incrementAndGet();
              }
            },
            OPTIONS));
    nats.publish("p", "p");
    Await.until(
        "a dead letter", PATIENCE, () -> nats.messaging.deadLetters().list(0, 10).size() == 1);
    Await.until("termination", PATIENCE, () -> nats.stored("WORK") == 0);
    DeadLetter letter = nats.messaging.deadLetters().list(0, 10).getFirst();
    assertEquals(3, attempts("p"));
    assertEquals(1, bereaved.get());
    assertEquals("work.p", letter.subject());
    assertEquals("p", letter.head().header("Nats-Msg-Id").orElseThrow());
    assertEquals(StringValue.of("p").toByteString(), letter.payload());
    assertEquals(3, letter.attempts());
    assertEquals("exhausted", letter.errorClass());
    assertEquals("no luck", letter.error());
    assertEquals("WORK", letter.stream());
    assertEquals("worker", letter.consumer());

    broken.set(false);
    assertTrue(nats.messaging.deadLetters().replay(letter.sequence()).isPresent());
    Await.until("the result", PATIENCE, () -> nats.stored("RESULTS") == 1);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
    assertTrue(nats.messaging.deadLetters().replay(letter.sequence()).isEmpty());
  }

  @Test
  void whatIsNoMessageGoesToTheDeadLettersWithTheReason() throws Exception {
    consume(OPTIONS, delivery -> Outcome.done());
    nats.observer.jetStream().publish("work.x", new byte[] {(byte) 0xff, 1, 2});
    nats.observer.jetStream().publish("work.y", new byte[0]);
    Await.until(
        "two dead letters", PATIENCE, () -> nats.messaging.deadLetters().list(0, 10).size() == 2);
    var letters = nats.messaging.deadLetters().list(0, 10);
    assertTrue(
        letters.stream().allMatch(letter -> letter.errorClass().equals("invalid")),
        letters::toString);
    assertTrue(
        letters.stream().anyMatch(letter -> letter.error().contains("value: required")),
        letters::toString);
    Await.until("termination", PATIENCE, () -> nats.stored("WORK") == 0);
  }

  @Test
  void aMessageMayBeWrittenByHandAsJson() throws Exception {
    consume(OPTIONS, delivery -> echo(delivery.payload().getValue()));
    Headers headers = new Headers();
    headers.put("Content-Type", "application/json");
    nats.observer
        .jetStream()
        .publish(
            NatsMessage.builder()
                .subject("work.j")
                .headers(headers)
                .data("\"by-hand\"".getBytes(StandardCharsets.UTF_8))
                .build());
    Await.until("the result", PATIENCE, () -> nats.stored("RESULTS") == 1);
  }

  @Test
  void anOutageOfADependencyPausesPullingAndCostsNoAttempts() throws Exception {
    var away = new AtomicBoolean(true);
    Consumer<StringValue> consumer =
        consume(
            OPTIONS.withProbe(
                "store",
                () -> {
                  if (away.get()) {
                    throw new IllegalStateException("away");
                  }
                }),
            delivery -> {
              if (away.get()) {
                throw new DependencyUnavailableException("store", "refused", null);
              }
              return echo(delivery.payload().getValue());
            });
    for (int i = 0; i < 50; i++) {
      nats.publish("m" + i, "m" + i);
    }
    Await.until(
        "the pause", PATIENCE, () -> consumer.checks().getFirst().reason().contains("store"));
    assertEquals(HealthCheck.Status.DEGRADED, consumer.checks().getFirst().status());
    assertEquals(false, consumer.checks().getFirst().blocksReadiness());
    int seen = attempts.size();
    assertTrue(seen <= 10, "pulled on although the store is away: " + seen);
    away.set(false);
    Await.until("all results", PATIENCE, () -> nats.stored("RESULTS") == 50);
    assertEquals(List.of(), nats.messaging.deadLetters().list(0, 10));
  }

  @Test
  void longWorkKeepsItsLease() throws Exception {
    consume(
        OPTIONS,
        delivery -> {
          var _ = new CountDownLatch(1).await(5, TimeUnit.SECONDS);
          return echo(delivery.payload().getValue());
        });
    nats.publish("long", "long");
    Await.until("the result", PATIENCE, () -> nats.stored("RESULTS") == 1);
    assertEquals(1, attempts("long"), "redelivered although in hand");
  }

  @Test
  void neverMoreInHandThanAllowed() throws Exception {
    var running = new AtomicInteger();
    var most = new AtomicInteger();
    consume(
        OPTIONS.withConcurrency(3),
        delivery -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          var _ = new CountDownLatch(1).await(5, TimeUnit.MILLISECONDS);
          running.decrementAndGet();
          return echo(delivery.payload().getValue());
        });
    for (int i = 0; i < 100; i++) {
      nats.publish("m" + i, "m" + i);
    }
    Await.until("all results", PATIENCE, () -> nats.stored("RESULTS") == 100);
    assertEquals(3, most.get());
  }

  @Test
  void consumingGoesOnAfterTheServerWasKilled() throws Exception {
    consume(OPTIONS, delivery -> echo(delivery.payload().getValue()));
    nats.publish("before", "before");
    Await.until("the first result", PATIENCE, () -> nats.stored("RESULTS") == 1);
    nats.server.kill();
    nats.server.restart();
    Await.until("a publish", PATIENCE, () -> published("after"));
    Await.until("the second result", PATIENCE, () -> nats.stored("RESULTS") == 2);
    Await.until("an empty work queue", PATIENCE, () -> nats.stored("WORK") == 0);
  }

  private boolean published(String value) {
    try {
      nats.publish(value, value);
      return true;
    } catch (io.weir.messaging.PublishFailedException e) {
      return false;
    }
  }

  @Test
  void aDrainFinishesWhatIsInHandAndLeavesTheRestToOthers() throws Exception {
    var begun = new CountDownLatch(3);
    var goOn = new CountDownLatch(1);
    Consumer<StringValue> consumer =
        consume(
            OPTIONS.withConcurrency(3),
            delivery -> {
              begun.countDown();
              goOn.await();
              return echo(delivery.payload().getValue());
            });
    for (int i = 0; i < 6; i++) {
      nats.publish("m" + i, "m" + i);
    }
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    Thread drain =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    consumer.drain(Duration.ofSeconds(10));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    // A permit that is free before the drain begins is used.
    Await.until("a drain", PATIENCE, () -> drain.getState() == Thread.State.TIMED_WAITING);
    goOn.countDown();
    drain.join();
    Await.until("three results", PATIENCE, () -> nats.stored("RESULTS") == 3);
    assertEquals(3, nats.stored("WORK"));
    consumer.close();
    consume(OPTIONS, delivery -> echo(delivery.payload().getValue()));
    Await.until("all results", PATIENCE, () -> nats.stored("RESULTS") == 6);
    assertTrue(attempts.values().stream().allMatch(count -> count.get() == 1), attempts::toString);
  }

  @Test
  void whatHeedsAnInterruptIsHandedBackByADrainAndWhatDoesNotIsAbandoned() throws Exception {
    var begun = new CountDownLatch(2);
    var goOn = new AtomicBoolean();
    Consumer<StringValue> consumer =
        consume(
            OPTIONS,
            delivery -> {
              begun.countDown();
              if (delivery.payload().getValue().equals("heeds")) {
                new CountDownLatch(1).await();
              }
              while (!goOn.get()) {
                Thread.onSpinWait();
              }
              return Outcome.done();
            });
    nats.publish("a", "heeds");
    nats.publish("b", "does not");
    assertTrue(begun.await(20, TimeUnit.SECONDS));
    DrainReport report = consumer.drained(Duration.ofMillis(200));
    goOn.set(true);
    assertEquals(new DrainReport(0, 1, 1), report);
  }

  @Test
  void aPausedConsumerPullsNothingIsReadyAndGoesOnWhenResumed() throws Exception {
    Consumer<StringValue> consumer =
        consume(OPTIONS, delivery -> echo(delivery.payload().getValue()));
    nats.publish("before", "before");
    Await.until("the first result", PATIENCE, () -> nats.stored("RESULTS") == 1);
    consumer.pause("maintenance");
    for (int i = 0; i < 50; i++) {
      nats.publish("m" + i, "m" + i);
    }
    HealthCheck check = consumer.checks().getFirst();
    assertEquals("paused: maintenance", check.reason());
    assertEquals(false, check.blocksReadiness());
    assertTrue(nats.stored("WORK") >= 45, "more came than was asked for before the pause");
    consumer.resume();
    Await.until("all results", PATIENCE, () -> nats.stored("RESULTS") == 51);
    assertEquals(HealthCheck.Status.OK, consumer.checks().getFirst().status());
  }

  @Test
  void aHandlerBeyondItsDeadlineIsInterruptedAndRetried() throws Exception {
    var first = new AtomicBoolean(true);
    consume(
        OPTIONS.withDeadline(Duration.ofMillis(500)),
        delivery -> {
          if (first.getAndSet(false)) {
            new CountDownLatch(1).await();
          }
          return echo(delivery.payload().getValue());
        });
    nats.publish("slow", "slow");
    Await.until("the result", PATIENCE, () -> nats.stored("RESULTS") == 1);
    assertEquals(2, attempts("slow"));
  }

  @Test
  void publishingTheSameIdAgainStoresNothing() throws Exception {
    long first = nats.messaging.publisher().publish(message(WORK.with("k"), "same", "v"));
    long second = nats.messaging.publisher().publish(message(WORK.with("k"), "same", "v"));
    assertEquals(first, second);
    assertEquals(1, nats.stored("WORK"));
  }
}
