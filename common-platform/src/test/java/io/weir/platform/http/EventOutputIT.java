package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.ServerResponse;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.platform.contract.RouteSpec.Method;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Streams of events as they come over the wire. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EventOutputIT {
  private static final HttpSettings SETTINGS =
      new HttpSettings(2048, Duration.ofSeconds(10), Duration.ofSeconds(10), 100, Duration.ZERO);

  private final Semaphore goOn = new Semaphore(0);
  private WebServer server;

  @BeforeAll
  void start() {
    var quiet = TestRoutes.open(Method.GET, "/quiet", "quiet");
    var prompt = TestRoutes.open(Method.GET, "/prompt", "prompt");
    var api =
        new HttpApi(
                List.of(quiet, prompt), SETTINGS, TestRoutes.anybody(), new SimpleMeterRegistry())
            .on(quiet, (request, response) -> talk(response, Duration.ofMillis(50)))
            .on(prompt, (request, response) -> talk(response, Duration.ofSeconds(30)));
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    server = config.routing(api::routing).build().start();
  }

  private void talk(ServerResponse response, Duration keepAlive) throws InterruptedException {
    var patience = new EventOutput.Patience(keepAlive, Duration.ofSeconds(30));
    try (var events = EventOutput.to(response, patience)) {
      events.data("hello");
      goOn.acquire();
      events.data("bye");
    }
  }

  @AfterAll
  void stop() {
    server.stop();
  }

  /** As two pieces they wake the client twice; one read in twenty that finds both is chance. */
  @Test
  void theHeadAndTheFirstEventComeInOnePiece() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (Socket socket = asked("/prompt")) {
        String piece = piece(socket.getInputStream());
        assertTrue(piece.startsWith("HTTP/1.1 200"), piece);
        assertTrue(piece.contains("data: hello"), piece);
        goOn.release();
        rest(socket.getInputStream());
      }
    }
  }

  @Test
  void whileNothingIsSaidCommentsComeAgainAndAgain() throws Exception {
    try (Socket socket = asked("/quiet")) {
      InputStream in = socket.getInputStream();
      var said = new StringBuilder();
      while (said.toString().split(": keep-alive", -1).length <= 3) {
        said.append(piece(in));
      }
      goOn.release();
      assertTrue(rest(in).contains("data: bye"));
    }
  }

  private Socket asked(String path) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  private static String piece(InputStream in) throws IOException {
    var bytes = new byte[8192];
    int n = in.read(bytes);
    assertTrue(n > 0, "the connection ended");
    return new String(bytes, 0, n, StandardCharsets.UTF_8);
  }

  /** All that comes until the end of the answer. */
  private static String rest(InputStream in) throws IOException {
    var rest = new StringBuilder();
    while (!rest.toString().endsWith("\r\n0\r\n\r\n")) {
      rest.append(piece(in));
    }
    return rest.toString();
  }
}
