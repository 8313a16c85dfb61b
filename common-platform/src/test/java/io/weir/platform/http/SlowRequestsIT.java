package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that begin a request and take their time, or never go on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SlowRequestsIT {
  private static final Duration SILENCE = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String WHOLE =
      "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}";

  private WebServer server;

  @BeforeAll
  void start() {
    var settings =
        new HttpSettings(2048, SILENCE, Duration.ofSeconds(10), 512, Duration.ofSeconds(2));
    var api =
        new HttpApi(
                List.of(TestRoutes.ECHO), settings, TestRoutes.anybody(), new SimpleMeterRegistry())
            .on(
                TestRoutes.ECHO,
                (request, response) -> Json.send(response, 200, JsonBody.read(request, 2048)));
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
        "",
        "G",
        "POST /ec",
        "POST /echo HTTP/1.1",
        "POST /echo HTTP/1.1\r",
        "POST /echo HTTP/1.1\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Le",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{",
        WHOLE,
        WHOLE + "POST /e"
      })
  void aConnectionThatFallsSilentIsEnded(String part) throws Exception {
    try (var socket = connect()) {
      send(socket, part);
      assertEnds(socket);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", WHOLE})
  void aHeadThatNeverComesToItsEndIsEndedHoweverSteadilyItComes(String before) throws Exception {
    try (var socket = connect()) {
      send(socket, before + "POST /echo HTTP/1.1\r\nHost: x\r\n");
      Thread trickle =
          Thread.startVirtualThread(
              () -> {
                try {
                  while (!Thread.interrupted()) {
                    send(socket, "X-More: yes\r\n");
                    Thread.sleep(SILENCE.dividedBy(10));
                  }
                } catch (IOException | InterruptedException e) {
                  // the server has ended it, or the test has
                }
              });
      assertEnds(socket);
      trickle.interrupt();
    }
  }

  @Test
  void manyOfThemTakeNothingFromGoodClients() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        Socket socket = connect();
        slow.add(socket);
        send(socket, "POST /ec");
      }
      for (int i = 0; i < 20; i++) {
        try (var good = connect()) {
          send(good, WHOLE);
          good.shutdownOutput();
          String answer = new String(good.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
        }
      }
      for (Socket socket : slow) {
        assertEnds(socket);
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whatever is answered before; closing with unread bytes is a reset. */
  private static void assertEnds(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("not ended in " + PATIENCE, e);
    } catch (SocketException reset) {
      assertEquals(SocketException.class, reset.getClass());
    }
  }
}
