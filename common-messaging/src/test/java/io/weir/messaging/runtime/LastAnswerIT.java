package io.weir.messaging.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class LastAnswerIT {
  private static final String INNER = "GET /inner HTTP/1.1\r\nHost: x\r\n\r\n";

  private WebServer server;

  @BeforeAll
  void start() {
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(
                routes ->
                    routes
                        .addFilter(new LastAnswer())
                        .post("/outer", (request, response) -> response.send("outer"))
                        .get("/inner", (request, response) -> response.send("inner")))
            .build()
            .start();
  }

  @AfterAll
  void stop() {
    server.stop();
  }

  @Test
  void aBodyThatNobodyReadIsNoRequest() throws Exception {
    String answers = answers("Connection: close\r\nContent-Length: " + INNER.length(), INNER);
    assertTrue(answers.endsWith("outer"), answers);
    assertEquals(1, answers.split("HTTP/1.1 200", -1).length - 1, answers);
  }

  @Test
  void whatComesAfterTheLastRequestIsNoRequest() throws Exception {
    String answers = answers("Connection: close\r\nContent-Length: 2", "{}" + INNER);
    assertTrue(answers.endsWith("outer"), answers);
  }

  @Test
  void aLargeUnreadBodyDoesNotCostTheAnswer() throws Exception {
    int large = 500_000;
    String answers = answers("Connection: close\r\nContent-Length: " + large, "x".repeat(large));
    assertTrue(answers.endsWith("outer"), answers);
  }

  @Test
  void aConnectionThatGoesOnDoes() throws Exception {
    String answers =
        answers(
            "Content-Length: 2", "{}" + INNER.replace("Host: x", "Host: x\r\nConnection: close"));
    assertTrue(answers.contains("outer") && answers.endsWith("inner"), answers);
  }

  /** All that the server sends until it closes. */
  private String answers(String headers, String body) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      String request = "POST /outer HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n\r\n" + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
