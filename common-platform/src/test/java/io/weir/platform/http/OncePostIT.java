package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.InvalidMessageException;
import io.weir.platform.Store;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.DuplicateKeyException;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.IdempotentAnswer;
import io.weir.testsupport.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class OncePostIT {
  private static final RouteSpec THINGS =
      TestRoutes.closed(RouteSpec.Method.POST, "/things", "things", Scope.JOBS_WRITE);
  private static final RouteSpec OTHERS =
      TestRoutes.closed(RouteSpec.Method.POST, "/others", "others", Scope.JOBS_WRITE);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient client = HttpClient.newHttpClient();
  private Store store;
  private WebServer server;
  private OncePost once;
  private volatile OncePost.Work work = this::made;

  /** What a client sees and must see again. */
  private record Seen(int status, String body, List<String> location, List<String> type) {
    static Seen of(HttpResponse<String> answer) {
      return new Seen(
          answer.statusCode(),
          answer.body(),
          answer.headers().allValues("location"),
          answer.headers().allValues("content-type"));
    }
  }

  @BeforeAll
  void start() throws InterruptedException {
    store = Store.start(IdempotencyKeys.indexes());
    var settings = new IdempotencyKeys.Settings(Duration.ofHours(24), Duration.ofSeconds(30));
    once =
        new OncePost(
            new IdempotencyKeys(store.mongo, settings, Clock.systemUTC()),
            request -> request.headers().first(HeaderNames.create("x-user")).orElse("local"));
    var api =
        new HttpApi(
                List.of(THINGS, OTHERS),
                new HttpSettings(
                    1 << 20, Duration.ofSeconds(10), Duration.ofSeconds(10), 100, Duration.ZERO),
                TestRoutes.anybody(),
                new SimpleMeterRegistry())
            .on(THINGS, this::handle)
            .on(OTHERS, this::handle);
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    server = config.routing(api::routing).build().start();
  }

  @AfterAll
  void stop() {
    server.stop();
    client.close();
    store.close();
  }

  @BeforeEach
  void clear() throws InterruptedException {
    work = this::made;
    for (String collection : List.of("things", IdempotencyKeys.COLLECTION)) {
      store.mongo.first(store.mongo.collection(collection).deleteMany(new Document()));
    }
  }

  private void handle(ServerRequest request, ServerResponse response) throws InterruptedException {
    byte[] body = JsonBody.bytes(request, 1 << 20);
    var _ = JsonBody.parse(body);
    OncePost.send(response, once.once(request, body, work).answer());
  }

  /** As services do: the document is there once, whatever the answer. */
  private IdempotentAnswer made(OncePost.Attempt attempt) throws InterruptedException {
    try {
      store.insert("things", new Document("_id", attempt.workId()));
    } catch (DuplicateKeyException e) {
      assertTrue(attempt.again(), "only a later try finds its work made");
    }
    return OncePost.json(
        201,
        Map.of("id", attempt.workId(), "said", UUID.randomUUID().toString()),
        Map.of("Location", "/things/" + attempt.workId()));
  }

  @Test
  void thirtyTwoAtOnceMakeOneThingAndAllGetItsAnswer() throws Exception {
    var barrier = new CyclicBarrier(32);
    var seen = new ArrayList<Seen>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var posts = new ArrayList<Callable<Seen>>();
      for (int i = 0; i < 32; i++) {
        posts.add(
            () -> {
              barrier.await();
              return answered("/things", "many");
            });
      }
      for (Future<Seen> post : clients.invokeAll(posts)) {
        seen.add(post.get());
      }
    }
    assertEquals(1, seen.stream().distinct().count(), seen::toString);
    assertEquals(201, seen.getFirst().status());
    assertEquals(List.of("application/json"), seen.getFirst().type());
    assertEquals(1, seen.getFirst().location().size());
    assertEquals(1, count("things"));
  }

  @Test
  void whileItRunsOthersAreToldWhenToComeBack() throws Exception {
    var begun = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    work =
        attempt -> {
          begun.countDown();
          goOn.await();
          return made(attempt);
        };
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<HttpResponse<String>> first = clients.submit(() -> post("/things", "slow", "{}"));
      begun.await();
      HttpResponse<String> second = post("/things", "slow", "{}");
      assertEquals(409, second.statusCode());
      assertEquals("1", second.headers().firstValue("retry-after").orElse(""));
      assertEquals(422, post("/things", "slow", "{\"a\":1}").statusCode());
      goOn.countDown();
      assertEquals(Seen.of(first.get()), Seen.of(post("/things", "slow", "{}")));
    }
  }

  @Test
  void anotherBodyIs422AndAnotherUserOrPathIsAnotherRequest() throws Exception {
    String first = post("/things", "k", "{}").body();
    HttpResponse<String> other = post("/things", "k", "{\"a\":1}");
    assertEquals(422, other.statusCode());
    assertEquals("application/problem+json", other.headers().firstValue("content-type").orElse(""));
    assertEquals(first, post("/things", "k", "{}").body());
    assertNotEquals(first, post("/others", "k", "{}").body());
    HttpResponse<String> bobs = post("/things", "k", "{\"a\":1}", "x-user", "bob");
    assertEquals(201, bobs.statusCode());
    assertEquals(3, count("things"));
  }

  @Test
  void aKeyIsUpTo255CharactersOfPrintableAscii() throws Exception {
    assertEquals(201, post("/things", "~".repeat(255), "{}").statusCode());
    assertEquals(201, post("/things", "a key, \"quoted\"", "{}").statusCode());
    for (String bad : List.of("", "x".repeat(256))) {
      HttpResponse<String> refused = post("/things", bad, "{}");
      assertEquals(400, refused.statusCode(), bad);
    }
    HttpResponse<String> twice = post("/things", "a", "{}", "Idempotency-Key", "b");
    assertEquals(400, twice.statusCode());
    assertTrue(twice.body().contains("\"field\":\"Idempotency-Key\""), twice.body());
    assertEquals("HTTP/1.1 400 Bad Request", rawly("schl\u00fcssel"));
    assertEquals(2, count("things"));
  }

  @Test
  void withoutAKeyEachRequestIsANewOne() throws Exception {
    assertNotEquals(send("/things", "{}").body(), send("/things", "{}").body());
    assertEquals(2, count("things"));
    assertEquals(0, count(IdempotencyKeys.COLLECTION));
  }

  @Test
  void whatIsRefusedLeavesNothingAndItsKeyIsFree() throws Exception {
    assertEquals(400, post("/things", "k", "{").statusCode());
    for (RuntimeException refusal :
        List.of(
            new ProblemException(Problem.of(403, "Forbidden", "the quota is spent")),
            new InvalidMessageException("an event too large"))) {
      work =
          attempt -> {
            throw refusal;
          };
      int status = post("/things", "k", "{\"a\":1}").statusCode();
      assertTrue(status == 403 || status == 400, () -> "status " + status);
      assertEquals(0, count(IdempotencyKeys.COLLECTION));
    }
    work = this::made;
    assertEquals(201, post("/things", "k", "{}").statusCode());
  }

  @Test
  void whatFailedOnTheWayIsTriedAgainAsTheSameWork() throws Exception {
    work =
        attempt -> {
          assertFalse(attempt.again());
          var _ = made(attempt);
          throw new DependencyUnavailableException("mongodb", "no answer", null);
        };
    assertEquals(503, post("/things", "k", "{}").statusCode());
    assertEquals(422, post("/things", "k", "{\"a\":1}").statusCode());
    work = this::made;
    HttpResponse<String> again = post("/things", "k", "{}");
    assertEquals(201, again.statusCode());
    assertEquals(1, count("things"));
    assertEquals(Seen.of(again), Seen.of(post("/things", "k", "{}")));
  }

  /** What a patient client gets in the end. */
  private Seen answered(String path, String key) throws InterruptedException {
    return Await.value(
        "an answer",
        PATIENCE,
        () -> {
          HttpResponse<String> answer = post(path, key, "{}");
          return answer.statusCode() == 409 ? null : Seen.of(answer);
        });
  }

  /** The status line of a post with a key that the client would not send as it is. */
  private String rawly(String key) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request =
          "POST /things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nIdempotency-Key: %s\r\n\r\n{}"
              .formatted(key);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return answer.readLine();
    }
  }

  private HttpResponse<String> post(String path, String key, String body, String... headers)
      throws Exception {
    var all = new ArrayList<>(List.of("Idempotency-Key", key));
    all.addAll(List.of(headers));
    return send(path, body, all.toArray(String[]::new));
  }

  private HttpResponse<String> send(String path, String body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private long count(String collection) throws InterruptedException {
    return store.mongo.first(store.mongo.collection(collection).countDocuments()).orElseThrow();
  }
}
