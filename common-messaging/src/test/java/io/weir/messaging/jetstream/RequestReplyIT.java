package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.StringValue;
import io.nats.client.Message;
import io.nats.client.impl.Headers;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.Request;
import io.weir.messaging.RequestFailedException.InvalidReply;
import io.weir.messaging.RequestFailedException.NoResponders;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestFailedException.TimedOut;
import io.weir.messaging.RequestHandler;
import io.weir.messaging.Subject;
import io.weir.messaging.SubjectTemplate;
import io.weir.testsupport.Await;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.MDC;

@Isolated("no responder is to be told at once")
@Timeout(60)
final class RequestReplyIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Subject SHOUT = new SubjectTemplate("svc.shout").with();
  private static final ResponderSpec SPEC =
      ResponderSpec.of("shouter", "says it louder", "nats_shout", SHOUT).withConcurrency(2);

  @RegisterExtension private final TestMessaging nats = new TestMessaging();
  private Messaging caller;

  @BeforeEach
  void start() throws Exception {
    caller = nats.messaging("caller");
  }

  private Responder answering(RequestHandler<StringValue, StringValue> handler)
      throws InterruptedException {
    return nats.started(nats.messaging.responder(SPEC, CODEC, handler, CODEC));
  }

  private static StringValue loud(Request<StringValue> request) {
    return StringValue.of(request.payload().getValue().toUpperCase(Locale.ROOT));
  }

  private String ask(String value) throws InterruptedException {
    return ask(value, Duration.ofSeconds(10));
  }

  private String ask(String value, Duration timeout) throws InterruptedException {
    return caller
        .requests()
        .request(SHOUT, CODEC, StringValue.of(value), CODEC, timeout)
        .getValue();
  }

  private JsonNode discovered(String verb) throws Exception {
    Message answer =
        Await.value(
            verb,
            PATIENCE,
            () ->
                nats.observer.request(
                    "$SRV." + verb + ".shouter", new byte[0], Duration.ofSeconds(1)));
    return new ObjectMapper().readTree(answer.getData());
  }

  @Test
  void aRequestIsAnsweredAndCarriesCorrelationAndTrace() throws Exception {
    Map<String, String> seen = new ConcurrentHashMap<>();
    answering(
        request -> {
          seen.putAll(request.headers());
          seen.put("correlation", request.correlationId());
          seen.put("logged", String.valueOf(MDC.get("correlation_id")));
          return loud(request);
        });
    try (var _ = MDC.putCloseable("correlation_id", "job-7")) {
      assertEquals("HEY", ask("hey"));
    }
    assertEquals("job-7", seen.get("correlation"));
    assertEquals("job-7", seen.get("logged"));
    assertTrue(seen.getOrDefault("traceparent", "").matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01"));
  }

  @Test
  void whenNobodyListensThatIsToldAtOnce() throws Exception {
    long begun = System.nanoTime();
    assertThrows(NoResponders.class, () -> ask("hey"));
    assertTrue(Duration.ofNanos(System.nanoTime() - begun).toMillis() < 2_000);
  }

  @Test
  void anAnswerThatDoesNotComeIsATimeOut() throws Exception {
    var release = new CountDownLatch(1);
    answering(
        request -> {
          release.await();
          return loud(request);
        });
    assertThrows(TimedOut.class, () -> ask("hey", Duration.ofMillis(200)));
    release.countDown();
    assertEquals("NEXT", ask("next"), "a late answer is nobody's");
  }

  @Test
  void failuresBecomeErrorsWithACodeAndTellNoSecrets() throws Exception {
    answering(
        request ->
            switch (request.payload().getValue()) {
              case "missing" -> throw new Refused(404, "no such thing");
              case "away" ->
                  throw new DependencyUnavailableException("store", "at me:hunter2@host", null);
              case "bug" -> throw new IllegalStateException("password is hunter2");
              case "deep" -> throw new StackOverflowError();
              case "empty" -> StringValue.getDefaultInstance();
              default -> loud(request);
            });
    var missing = assertThrows(Refused.class, () -> ask("missing"));
    assertEquals(404, missing.code());
    assertEquals("no such thing", missing.getMessage());
    var away = assertThrows(Refused.class, () -> ask("away"));
    assertEquals(503, away.code());
    assertEquals(Optional.of(Duration.ofSeconds(1)), away.retryAfter());
    for (String broken : List.of("bug", "deep", "empty")) {
      var failed = assertThrows(Refused.class, () -> ask(broken), broken);
      assertEquals(500, failed.code(), broken);
      assertFalse(String.valueOf(failed.getMessage()).contains("hunter2"), failed::toString);
    }
    assertFalse(String.valueOf(away.getMessage()).contains("hunter2"), away::toString);
    assertEquals("FINE", ask("fine"), "and it goes on");
    assertEquals(5, discovered("STATS").at("/endpoints/0/data/errors").asInt());
  }

  private Message raw(Headers headers, byte[] payload) throws InterruptedException {
    return Await.value(
        "an answer",
        PATIENCE,
        () -> nats.observer.request(SHOUT.name(), headers, payload, Duration.ofSeconds(10)));
  }

  @Test
  void whatIsNoRequestIsAnsweredWith400AndJsonByHandIsTaken() throws Exception {
    answering(RequestReplyIT::loud);
    Message bad = raw(new Headers(), new byte[] {(byte) 0xff});
    assertEquals("400", MessageHeaders.read(bad.getHeaders()).get("Nats-Service-Error-Code"));
    Headers json = new Headers();
    json.put("Content-Type", "application/json");
    Message good = raw(json, "\"by-hand\"".getBytes(StandardCharsets.UTF_8));
    assertEquals(StringValue.of("BY-HAND"), StringValue.parseFrom(good.getData()));
    assertThrows(InvalidMessageException.class, () -> ask(""));
    assertThrows(InvalidMessageException.class, () -> ask("x".repeat(1_100_000)));
  }

  @Test
  void anAnswerThatBreaksItsContractIsNotTaken() throws Exception {
    nats.observer
        .createDispatcher(
            message -> nats.observer.publish(message.getReplyTo(), new byte[] {(byte) 0xff, 1}))
        .subscribe(SHOUT.name());
    nats.observer.flush(Duration.ofSeconds(5));
    assertThrows(InvalidReply.class, () -> ask("hey"));
  }

  @Test
  void beyondItsBoundARequestIsRefusedAtOnceWithAHint() throws Exception {
    var begun = new CountDownLatch(2);
    var release = new CountDownLatch(1);
    var answered = new AtomicInteger();
    answering(
        request -> {
          begun.countDown();
          release.await();
          return loud(request);
        });
    List<Thread> two = List.of(asking("a", answered), asking("b", answered));
    begun.await();
    var refused = assertThrows(Refused.class, () -> ask("c"));
    assertEquals(503, refused.code());
    assertEquals(Optional.of(Duration.ofSeconds(1)), refused.retryAfter());
    assertEquals(2, discovered("STATS").at("/endpoints/0/data/running").asInt());
    assertEquals(1, discovered("STATS").at("/endpoints/0/data/rejected").asInt());
    release.countDown();
    for (Thread thread : two) {
      thread.join();
    }
    assertEquals(2, answered.get());
  }

  private Thread asking(String value, AtomicInteger answered) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                if (ask(value).equals(value.toUpperCase(Locale.ROOT))) {
                  answered.incrementAndGet();
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  void itIsFoundAsAMicroService() throws Exception {
    answering(RequestReplyIT::loud);
    assertEquals("HEY", ask("hey"));
    assertEquals("io.nats.micro.v1.ping_response", discovered("PING").path("type").asText());
    JsonNode info = discovered("INFO");
    assertEquals("says it louder", info.path("description").asText());
    assertEquals("svc.shout", info.at("/endpoints/0/subject").asText());
    JsonNode stats = discovered("STATS");
    assertEquals(1, stats.at("/endpoints/0/num_requests").asInt());
    Await.until(
        "it is counted",
        PATIENCE,
        () -> discovered("STATS").at("/endpoints/0/data/answered").asInt() == 1);
  }

  @Test
  void aSubjectInsideAStreamIsRefusedAtTheStart() throws Exception {
    var spec = ResponderSpec.of("worker", "", "work", TestMessaging.WORK.with("k"));
    var refused =
        assertThrows(
            TopologyRefusedException.class,
            () -> nats.messaging.responder(spec, CODEC, RequestReplyIT::loud, CODEC).start());
    String said = String.valueOf(refused.getMessage());
    assertTrue(said.contains("work.k") && said.contains("WORK"), said);
  }

  @Test
  void aDrainFinishesWhatRunsAndLeavesNewRequestsToOthers() throws Exception {
    var begun = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var answered = new AtomicInteger();
    Responder responder =
        answering(
            request -> {
              begun.countDown();
              release.await();
              return loud(request);
            });
    Thread asking = asking("a", answered);
    begun.await();
    Thread drain =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    responder.drain(Duration.ofSeconds(10));
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Await.until("nobody listens", PATIENCE, this::nobodyListens);
    release.countDown();
    asking.join();
    drain.join();
    assertEquals(1, answered.get());
  }

  private boolean nobodyListens() throws InterruptedException {
    try {
      ask("b", Duration.ofMillis(500));
      return false;
    } catch (NoResponders e) {
      return true;
    } catch (TimedOut | Refused e) {
      return false;
    }
  }

  @Test
  void aHandlerThatIsLateForTheDrainIsInterruptedAndItsCallerTold() throws Exception {
    var begun = new CountDownLatch(1);
    Responder responder =
        answering(
            request -> {
              begun.countDown();
              new CountDownLatch(1).await();
              return loud(request);
            });
    var code = new AtomicInteger();
    Thread asking =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    ask("a");
                  } catch (Refused e) {
                    code.set(e.code());
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    begun.await();
    responder.drain(Duration.ofMillis(100));
    asking.join();
    assertEquals(503, code.get());
  }

  @Test
  void requestsGoOnAfterTheServerWasKilled() throws Exception {
    answering(RequestReplyIT::loud);
    assertEquals("HEY", ask("hey"));
    nats.server.kill();
    nats.server.restart();
    Await.until("an answer", PATIENCE, () -> ask("again", Duration.ofSeconds(1)).equals("AGAIN"));
  }
}
