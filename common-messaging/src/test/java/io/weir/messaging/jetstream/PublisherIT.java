package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Outgoing;
import io.weir.messaging.PublishFailedException;
import io.weir.messaging.Subject;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.trace.Tracing;
import io.weir.testsupport.Await;
import io.weir.testsupport.NatsTap;
import io.weir.testsupport.Reaction;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Oracle: each id is stored once, and what is said to be stored is. */
@Isolated("a refusal is to be there within milliseconds")
@Timeout(60)
final class PublisherIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final CircuitBreaker.Settings CIRCUIT =
      CircuitBreaker.Settings.DEFAULT.withOpenFor(Duration.ofMillis(300));
  private static final PublishOptions QUICK =
      new PublishOptions(
          100, 1 << 20, Duration.ofSeconds(1), Duration.ofMillis(500), 3, 40, CIRCUIT);

  private static final String SEQUENCE_ZERO =
      "{\"stream\":\"RESULTS\",\"seq\":0,\"duplicate\": true}";
  private static final String IN_PROCESS =
      "{\"error\":{\"code\":409,\"err_code\":10158,\"description\":\"duplicate message id is in"
          + " process\"},\"stream\":\"RESULTS\",\"seq\":0}";

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<AutoCloseable> opened = new ArrayList<>();

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable part : opened) {
      part.close();
    }
  }

  private Publisher publisher(PublishOptions options) throws InterruptedException {
    return publisher(options, nats.server.url());
  }

  private Publisher publisher(PublishOptions options, String url) throws InterruptedException {
    var broker = new Broker("publisher", BrokerSettings.local(url), meters);
    broker.start();
    // On a busy machine the connection may be lost again before anything is sent.
    Await.until("the connection", PATIENCE, () -> broker.state() == ConnectionState.CONNECTED);
    var publisher =
        new Publisher(
            broker, options, meters, new Tracing(OpenTelemetry.noop()), Clock.systemUTC());
    publisher.start();
    opened.add(
        () -> {
          publisher.close();
          broker.close();
        });
    return publisher;
  }

  private static Outgoing result(String id) {
    return message(RESULT.with("k"), id, "v" + id);
  }

  private double counted(String name) {
    return meters.get(name).counter().count();
  }

  private double inFlight() {
    return meters.get("weir.messages.publish.inflight").gauge().value();
  }

  /** How often each message id is in the stream of results. */
  private Map<String, Integer> storedIds() throws Exception {
    var ids = new TreeMap<String, Integer>();
    var management = nats.observer.jetStreamManagement();
    long last = management.getStreamInfo("RESULTS").getStreamState().getLastSequence();
    for (long sequence = 1; sequence <= last; sequence++) {
      var headers = MessageHeaders.read(management.getMessage("RESULTS", sequence).getHeaders());
      ids.merge(headers.getOrDefault("Nats-Msg-Id", "none"), 1, Integer::sum);
    }
    return ids;
  }

  private static boolean succeeded(CompletableFuture<Long> future) {
    return future.isDone() && !future.isCompletedExceptionally();
  }

  /** Publishes {@code m0…}; those that were refused before they were sent are not in the map. */
  private static Map<String, CompletableFuture<Long>> publish(
      Publisher publisher, int first, int count) throws InterruptedException {
    var futures = new LinkedHashMap<String, CompletableFuture<Long>>();
    for (int i = first; i < first + count; i++) {
      try {
        futures.put("m" + i, publisher.publishAsync(result("m" + i)));
      } catch (PublishFailedException e) {
        // NATS is away or the circuit is open: said at once, and nothing was sent.
      }
    }
    return futures;
  }

  private void assertTrueAndOnce(Map<String, CompletableFuture<Long>> futures) throws Exception {
    Map<String, Integer> stored = storedIds();
    assertTrue(stored.values().stream().allMatch(times -> times == 1), () -> "twice: " + stored);
    futures.forEach(
        (id, future) -> {
          if (succeeded(future)) {
            assertTrue(stored.containsKey(id), () -> id + " is said to be stored and is not");
          }
        });
    stored.keySet().forEach(id -> assertTrue(futures.containsKey(id), () -> id + " came unasked"));
  }

  @Test
  void whatIsPipelinedIsStoredInOrderAndToldItsSequence() throws Exception {
    Publisher publisher = publisher(PublishOptions.DEFAULT);
    var futures = publish(publisher, 0, 3_000);
    long sequence = 0;
    for (var future : futures.values()) {
      assertEquals(++sequence, future.get(20, TimeUnit.SECONDS));
    }
    assertEquals(3_000, nats.stored("RESULTS"));
    assertEquals(0, inFlight());
    assertEquals(
        0, meters.get("weir.messages.publish.inflight.size").gauge().value(), "bytes given back");
    assertEquals(3_000, meters.get("weir.messages.publish").timer().count());
  }

  @Test
  void theSameIdAgainIsASuccessWithTheSequenceOfTheFirst() throws Exception {
    Publisher publisher = publisher(QUICK);
    long first = publisher.publishAsync(result("same")).get();
    assertEquals(first, publisher.publishAsync(result("same")).get());
    assertEquals(1, counted("weir.messages.publish.duplicates"));
    assertEquals(1, nats.stored("RESULTS"));
  }

  @Test
  void noMoreIsUnderWayThanAllowedAndNobodyWaitsForRoomForEver() throws Exception {
    Publisher publisher = publisher(QUICK);
    nats.server.suspend();
    var futures = publish(publisher, 0, 100);
    assertEquals(100, futures.size());
    assertEquals(100, inFlight());
    assertTrue(publisher.tryPublishAsync(result("more")).isEmpty(), "no room, said at once");
    long begun = System.nanoTime();
    assertThrows(PublishFailedException.class, () -> publisher.publishAsync(result("more")));
    assertTrue(System.nanoTime() - begun >= QUICK.reserveTimeout().toNanos() / 2);
    Thread.currentThread().interrupt();
    assertThrows(InterruptedException.class, () -> publisher.publishAsync(result("more")));
    nats.server.resume();
    for (var future : futures.values()) {
      future.get(20, TimeUnit.SECONDS);
    }
    assertTrueAndOnce(futures);
  }

  @Test
  void bytesUnderWayAreBoundedAndWhatIsLargerPassesAlone() throws Exception {
    Publisher publisher =
        publisher(
            new PublishOptions(
                100, 50_000, Duration.ofMillis(200), Duration.ofSeconds(5), 3, 8, CIRCUIT));
    String large = "x".repeat(60_000);
    publisher.publishAsync(message(RESULT.with("k"), "alone", large)).get(20, TimeUnit.SECONDS);
    nats.server.suspend();
    var first = publisher.publishAsync(message(RESULT.with("k"), "first", large));
    assertTrue(publisher.tryPublishAsync(result("small")).isEmpty());
    nats.server.resume();
    first.get(20, TimeUnit.SECONDS);
    assertTrue(publisher.tryPublishAsync(result("small")).isPresent());
  }

  private static boolean taken(Publisher publisher, String id) throws InterruptedException {
    try {
      return publisher.publish(result(id)) > 0;
    } catch (PublishFailedException e) {
      return false;
    }
  }

  @Test
  void aServerThatHangsAndGoesOnDoublesNothing() throws Exception {
    Publisher publisher = publisher(QUICK);
    // The test before may have hung the server for longer than a connection lasts.
    Await.until("connected", PATIENCE, () -> taken(publisher, "warm"));
    nats.server.suspend();
    var futures = publish(publisher, 0, 100);
    futures.put("warm", CompletableFuture.completedFuture(1L));
    Await.until("sends again", PATIENCE, () -> counted("weir.messages.publish.retries") >= 200);
    nats.server.resume();
    for (var future : futures.values()) {
      future.get(20, TimeUnit.SECONDS);
    }
    Await.until("the copies", PATIENCE, () -> publisher.publish(result("last")) > 0);
    futures.put("last", CompletableFuture.completedFuture(1L));
    assertTrueAndOnce(futures);
    assertEquals(102, storedIds().size());
  }

  @Test
  void whatWasUnderWayWhenTheServerDiedIsStoredOnceAfterItsReturn() throws Exception {
    Publisher publisher = publisher(QUICK);
    var futures = new LinkedHashMap<String, CompletableFuture<Long>>();
    for (int round = 0; round < 3; round++) {
      // Suspended, the server reads nothing: all of these are in buffers when it dies.
      nats.server.suspend();
      futures.putAll(publish(publisher, 1_000 * round, 100));
      nats.server.kill();
      futures.putAll(publish(publisher, 1_000 * round + 500, 20));
      nats.server.restart();
      var before = List.copyOf(futures.values());
      Await.until("answers", PATIENCE, () -> before.stream().allMatch(CompletableFuture::isDone));
      String probe = "probe" + round;
      futures.put(
          probe,
          CompletableFuture.completedFuture(
              Await.value("a publish", PATIENCE, () -> publisher.publish(result(probe)))));
    }
    assertTrueAndOnce(futures);
    long stored = futures.values().stream().filter(PublisherIT::succeeded).count();
    assertTrue(stored >= 303, () -> "the outage was waited out, yet only stored " + stored);
    assertEquals(0, inFlight());
  }

  @Test
  void aMessageIsToldAsFailedWhenTheServerStaysAway() throws Exception {
    Publisher publisher =
        publisher(
            new PublishOptions(
                100, 1 << 20, Duration.ofSeconds(1), Duration.ofMillis(300), 3, 3, CIRCUIT));
    nats.server.suspend();
    var future = publisher.publishAsync(result("lost"));
    nats.server.kill();
    var failed = assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
    assertInstanceOf(PublishFailedException.class, failed.getCause());
    assertEquals(0, inFlight());
    var refused =
        assertThrows(PublishFailedException.class, () -> publisher.publishAsync(result("next")));
    assertTrue(String.valueOf(refused.getMessage()).contains("not connected"), refused::toString);
    nats.server.restart();
  }

  @Test
  void aStreamThatComesLateIsWaitedForAndOneThatDoesNotFailsItsMessageOnly() throws Exception {
    Publisher publisher = publisher(QUICK);
    nats.observer.jetStreamManagement().deleteStream("RESULTS");
    var early = publisher.publishAsync(result("early"));
    Await.until("a refusal", PATIENCE, () -> counted("weir.messages.publish.retries") > 0);
    nats.messaging.streams(TestMessaging.RESULT_STREAM).start();
    early.get(20, TimeUnit.SECONDS);
    for (int i = 0; i < 6; i++) {
      String id = "nobody" + i;
      assertThrows(
          PublishFailedException.class,
          () -> publisher.publish(message(new Subject("nobody.stores.this"), id, "v")));
    }
    publisher.publish(result("others"));
    assertEquals(
        1,
        meters.get("weir.circuit.state").tag("state", "closed").gauge().value(),
        "not its fault");
  }

  @Test
  void whileJetStreamDoesNotAnswerPublishingFailsAtOnceAndGoesOnWithTheFirstAnswer()
      throws Exception {
    Publisher publisher =
        publisher(
            new PublishOptions(
                100,
                1 << 20,
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                3,
                40,
                CircuitBreaker.Settings.DEFAULT));
    publisher.publish(result("warm"));
    nats.server.suspend();
    var futures = publish(publisher, 0, 10);
    Await.until(
        "the open circuit",
        PATIENCE,
        () -> meters.get("weir.circuit.state").tag("state", "open").gauge().value() == 1);
    long begun = System.nanoTime();
    var refused =
        assertThrows(PublishFailedException.class, () -> publisher.publish(result("refused")));
    assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 200, "at once");
    assertTrue(String.valueOf(refused.getMessage()).contains("circuit"), refused::toString);
    nats.server.resume();
    for (var future : futures.values()) {
      future.get(20, TimeUnit.SECONDS);
    }
    publisher.publish(result("again"));
  }

  @Test
  void whatFollowsACompletionMayBlockWithoutHoldingUpOthers() throws Exception {
    Publisher publisher = publisher(QUICK);
    var goOn = new CountDownLatch(1);
    var names = new ArrayList<String>();
    nats.server.suspend(); // so that the answer comes after what follows it is known
    var followed =
        publisher
            .publishAsync(result("first"))
            .thenRun(
                () -> {
                  names.add(Thread.currentThread().getName());
                  try {
                    goOn.await();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    nats.server.resume();
    publisher.publishAsync(result("second")).get(20, TimeUnit.SECONDS);
    publisher.publish(result("third"));
    assertFalse(followed.isDone());
    goOn.countDown();
    followed.get(20, TimeUnit.SECONDS);
    assertEquals(List.of("published"), names);
  }

  @Test
  void whatNoServerOrStreamTakesIsRefusedForGood() throws Exception {
    Publisher publisher = publisher(QUICK);
    String tooLargeForTheServer = "x".repeat(1_100_000);
    assertThrows(
        InvalidMessageException.class,
        () -> publisher.publishAsync(message(RESULT.with("k"), "huge", tooLargeForTheServer)));
    String tooLargeForTheStream = "x".repeat(1_000_000);
    assertThrows(
        InvalidMessageException.class,
        () -> publisher.publish(message(RESULT.with("k"), "large", tooLargeForTheStream)));
    assertThrows(
        InvalidMessageException.class,
        () -> publisher.publish(message(RESULT.with("k"), "naïve", "v")));
    publisher.publish(result("others"));
  }

  /** Answers the n-th publish of a result from now on in the stream's place: known, not stored. */
  private void answerNothingStored(NatsTap tap, int nth, String answer) {
    var _ =
        tap.onClientFrame(
            nth,
            frame -> frame.isPublish() && frame.subject().startsWith("result."),
            Reaction.instead(
                frame ->
                    nats.observer.publish(
                        frame.replyTo().orElseThrow(), answer.getBytes(StandardCharsets.UTF_8))));
  }

  @ParameterizedTest
  @ValueSource(strings = {SEQUENCE_ZERO, IN_PROCESS})
  void anIdThatIsKnownWithNothingStoredUnderItIsSentAgainUntilItIs(String answer) throws Exception {
    try (NatsTap tap = NatsTap.to(nats.server.port())) {
      Publisher publisher = publisher(QUICK, tap.url());
      answerNothingStored(tap, 1, answer);
      assertEquals(1, publisher.publish(result("late")));
      assertEquals(1, counted("weir.messages.publish.retries"));
      assertEquals(1, meters.get("weir.messages.publish").timer().count());
      assertEquals(Map.of("late", 1), storedIds());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SEQUENCE_ZERO, IN_PROCESS})
  void aPublishFailsWhenNothingIsStoredUnderItsIdInTheEnd(String answer) throws Exception {
    try (NatsTap tap = NatsTap.to(nats.server.port())) {
      Publisher publisher = publisher(QUICK, tap.url());
      for (int nth = 1; nth <= QUICK.attempts(); nth++) {
        answerNothingStored(tap, nth, answer);
      }
      var failed =
          assertThrows(PublishFailedException.class, () -> publisher.publish(result("never")));
      assertTrue(
          String.valueOf(failed.getMessage()).contains("has stored nothing under it"),
          failed::toString);
      assertEquals(1, counted("weir.messages.publish.failures"));
      assertEquals(0, counted("weir.messages.publish.duplicates"));
      assertEquals(0, meters.get("weir.messages.publish").timer().count());
      assertEquals(0, inFlight());
      assertEquals(0, nats.stored("RESULTS"));
    }
  }

  @Test
  void aCloseTellsWhatIsUnderWay() throws Exception {
    Publisher publisher = publisher(QUICK);
    nats.server.suspend();
    var future = publisher.publishAsync(result("late"));
    publisher.drain(Duration.ofMillis(100));
    publisher.close();
    var failed = assertThrows(ExecutionException.class, () -> future.get(20, TimeUnit.SECONDS));
    assertTrue(String.valueOf(failed.getMessage()).contains("closing"));
    nats.server.resume();
  }
}
