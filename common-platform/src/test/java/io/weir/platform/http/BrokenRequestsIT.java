package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.platform.contract.RouteSpec.Method;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the fuzzer has found in what is no proper HTTP, and the bound on requests at once. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class BrokenRequestsIT {
  private static final HttpSettings SETTINGS =
      new HttpSettings(2048, Duration.ofSeconds(10), Duration.ofSeconds(10), 1, Duration.ZERO);

  private final CountDownLatch inHand = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private WebServer server;

  @BeforeAll
  void start() {
    var hold = TestRoutes.open(Method.GET, "/hold", "hold");
    var api =
        new HttpApi(
                List.of(TestRoutes.ECHO, hold),
                SETTINGS,
                TestRoutes.anybody(),
                new SimpleMeterRegistry())
            .on(
                TestRoutes.ECHO,
                (request, response) -> Json.send(response, 200, JsonBody.read(request, 2048)))
            .on(
                hold,
                (request, response) -> {
                  inHand.countDown();
                  goOn.await();
                  response.send();
                });
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    server = config.routing(api::routing).build().start();
  }

  @AfterAll
  void stop() {
    server.stop();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "zz\r\n{}\r\n0\r\n\r\n",
        "-2\r\n{}\r\n0\r\n\r\n",
        "\r\n",
        "2\n{}\n0\n\n",
        "5\r\n{}"
      })
  void chunksThatAreNoneAreTheClientsFault(String chunks) throws Exception {
    String answer =
        ask("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks);
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    assertTrue(answer.contains("application/problem+json"), answer);
    assertTrue(answer.contains("Connection: close"), answer);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ GET HTTP/1.1", "G\u00c9T / HTTP/1.1"})
  void aMethodThatIsNoneIsTheClientsFault(String line) throws Exception {
    String answer = ask(line + "\r\nHost: x\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
  }

  static Stream<String> unread() {
    return Stream.of(
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "a".repeat(20_000) + "\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
  }

  @ParameterizedTest
  @MethodSource("unread")
  void whatIsRefusedBeforeItIsReadIsToldWhatMayBeWrong(String request) throws Exception {
    String answer = ask(request);
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    assertTrue(answer.contains("the request can't be read: "), answer);
  }

  @Test
  void anOlderVersionIsToldWhichOneIsSpoken() throws Exception {
    String answer = ask("GET /echo HTTP/1.0\r\nHost: x\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 505"), answer);
    assertTrue(answer.contains("proxy_http_version 1.1"), answer);
    assertTrue(answer.contains("\"code\":\"http_version_not_supported\""), answer);
  }

  @Test
  void anErrorOfAHeadRequestHasNoBody() throws Exception {
    String answer = ask("HEAD /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 405"), answer);
    assertTrue(answer.endsWith("\r\n\r\n"), answer);
    String broken = ask("HEAD /echo HTTP/1.1\r\nHost: \r\n\r\n");
    assertTrue(broken.startsWith("HTTP/1.1 400"), broken);
    assertTrue(broken.endsWith("\r\n\r\n"), broken);
  }

  @Test
  void noMoreThanTheBoundAreInHandAtOnce() throws Exception {
    var first = Thread.startVirtualThread(() -> ask("GET /hold HTTP/1.1\r\nHost: x\r\n\r\n"));
    inHand.await();
    String second = ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    assertTrue(second.startsWith("HTTP/1.1 429"), second);
    assertTrue(second.contains("Retry-After: 1"), second);
    assertTrue(second.contains("\"code\":\"too_many_requests_at_once\""), second);
    goOn.countDown();
    first.join();
    String third = ask("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
    assertTrue(third.startsWith("HTTP/1.1 200"), third);
  }

  /** All that the server sends until it closes, as it does when nothing more can come. */
  private String ask(String request) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
