package io.weir.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that close their connection, and such that only look like it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClientGoneIT {
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";

  /** What is promised is a second; the rest is for a machine with other work. */
  private static final Duration A_SECOND = Duration.ofSeconds(3);

  private final ScriptedLlm llm = ScriptedLlm.start();

  @AfterEach
  void stop() {
    llm.close();
  }

  @ParameterizedTest
  @CsvSource({"chat/completions, false", "chat/completions, true", "embeddings, false"})
  void theCallToASilentProviderEndsWhenTheClientCloses(String path, boolean stream)
      throws Exception {
    llm.byDefault(new Mood.Silent());
    String body =
        path.equals("embeddings")
            ? "{\"model\":\"m\",\"input\":\"hi\"}"
            : ASK.replace("{\"model", "{\"stream\":" + stream + ",\"model");
    try (var gateway = RunningGateway.with(llm.baseUrl())) {
      RecordedRequest request;
      Instant closed;
      try (Socket client = connect(gateway)) {
        send(client, path, body);
        request = llm.awaitRequest(0, Duration.ofSeconds(20));
        assertFalse(request.clientGone().isDone());
        closed = Instant.now();
      }
      Instant gone = request.clientGone().get(20, TimeUnit.SECONDS);
      assertTrue(Duration.between(closed, gone).compareTo(A_SECOND) < 0, closed + " " + gone);
      Await.until(
          "counted as cancelled",
          Duration.ofSeconds(10),
          () ->
              gateway.meters.find("weir.llm.calls").tag("outcome", "cancelled").counter() != null);
    }
  }

  @Test
  void aConnectionServesRequestsOneAfterTheOtherAlsoWhenTheyComeTogether() throws Exception {
    llm.byDefault(new Mood.Slow(Duration.ofMillis(200), Duration.ZERO, new Mood.Answer("yes")));
    try (var gateway = RunningGateway.with(llm.baseUrl());
        Socket client = connect(gateway)) {
      send(client, "chat/completions", ASK);
      assertTrue(answer(client).contains("\"yes\""));
      // Two at once: the second one arrives while the first one is answered.
      send(client, "chat/completions", ASK);
      send(client, "chat/completions", ASK);
      assertTrue(answer(client).contains("\"yes\""));
      assertTrue(answer(client).contains("\"yes\""));
      assertEquals(3, llm.requests().size());
    }
  }

  @Test
  void aClientMayBeSilentForLongerThanItsReadTimeOutWhileItWaits() throws Exception {
    llm.byDefault(Mood.Slow.toStart(Duration.ofMillis(2500), new Mood.Answer("late")));
    try (var gateway = RunningGateway.with(llm.baseUrl(), "HTTP_READ_TIMEOUT", "1s");
        Socket client = connect(gateway)) {
      send(client, "chat/completions", ASK);
      assertTrue(answer(client).contains("\"late\""));
      send(client, "chat/completions", ASK);
      assertTrue(answer(client).contains("\"late\""));
    }
  }

  private static Socket connect(RunningGateway gateway) throws IOException {
    var socket =
        new Socket(InetAddress.getLoopbackAddress(), URI.create(gateway.url("/")).getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket client, String path, String body) throws IOException {
    String request =
        "POST /v1/%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(path, body.length(), body);
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    client.getOutputStream().flush();
  }

  /** One answer with a Content-Length. */
  private static String answer(Socket client) throws IOException {
    var head = new StringBuilder();
    while (!head.toString().endsWith("\r\n\r\n")) {
      int next = client.getInputStream().read();
      assertTrue(next >= 0, () -> "the connection ended in " + head);
      head.append((char) next);
    }
    int length =
        head.toString()
            .lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .mapToInt(line -> Integer.parseInt(line.substring("content-length:".length()).strip()))
            .findFirst()
            .orElseThrow();
    return new String(client.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
  }
}
