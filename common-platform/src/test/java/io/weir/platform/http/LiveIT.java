package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams and sockets with real clients: let in, bounded, kept alive, given up and sent away. */
final class LiveIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MANY = 150;
  private static final int PIECES = 250;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private LiveServer server = new LiveServer(LiveServer.settings(MANY * 3), false);

  @AfterEach
  void stop() {
    server.close();
    http.shutdownNow();
  }

  private void serve(LiveSettings settings, boolean asking) {
    server.close();
    server = new LiveServer(settings, asking);
  }

  private HttpResponse<InputStream> events(String topic, String... headers) throws Exception {
    var request = HttpRequest.newBuilder(server.uri("http", "/events/" + topic));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), BodyHandlers.ofInputStream());
  }

  private Scanner lines(String topic) throws Exception {
    HttpResponse<InputStream> answer = events(topic);
    assertEquals(200, answer.statusCode());
    return new Scanner(answer.body(), StandardCharsets.UTF_8);
  }

  private TestSocket socket(String topic, String... headers) {
    return new TestSocket(http, server.uri("ws", "/ws/" + topic), headers);
  }

  private HttpResponse<?> refused(String topic, String... headers) {
    var failure = assertThrows(CompletionException.class, () -> socket(topic, headers));
    return assertInstanceOf(WebSocketHandshakeException.class, failure.getCause()).getResponse();
  }

  private static void find(Scanner lines, String wanted) {
    while (lines.hasNextLine()) {
      if (lines.nextLine().equals(wanted)) {
        return;
      }
    }
    throw new AssertionError("the stream ended without " + wanted);
  }

  @Test
  void aStreamTellsWhatHappensUntilItsSourceEndsAndKeepsAliveMeanwhile() throws Exception {
    try (Scanner lines = lines("a")) {
      find(lines, "id: 0");
      find(lines, ": keep-alive");
      server.happens("b-not-this");
      server.happens("a1");
      find(lines, "event: told");
      find(lines, "id: 2");
      find(lines, "data: a1");
      server.happens("a-end");
      find(lines, "data: a-end");
      while (lines.hasNextLine()) {
        assertEquals("", lines.nextLine());
      }
    }
    Await.until("nobody watches", PATIENCE, () -> server.live.isEmpty());
  }

  @Test
  void aClientThatLeavesIsNoticed() throws Exception {
    Scanner lines = lines("a");
    find(lines, "id: 0");
    lines.close();
    Await.until("it is noticed", PATIENCE, () -> server.live.isEmpty());
    TestSocket socket = socket("a");
    assertEquals("{\"type\":\"ready\"}", socket.next());
    socket.socket().abort();
    Await.until("it is noticed", PATIENCE, () -> server.live.isEmpty());
  }

  @Test
  void whenAllIsFullOneMoreIsToldWhenToComeBack() throws Exception {
    serve(LiveServer.settings(2), false);
    try (Scanner first = lines("a")) {
      find(first, "id: 0");
      TestSocket second = socket("a");
      assertEquals("{\"type\":\"ready\"}", second.next());
      HttpResponse<InputStream> third = events("a");
      assertEquals(503, third.statusCode());
      assertEquals("5", third.headers().firstValue("retry-after").orElse(""));
      HttpResponse<?> fourth = refused("a");
      assertEquals(503, fourth.statusCode());
      second.socket().abort();
      Await.until("there is room", PATIENCE, () -> events("a").statusCode() == 200);
    }
  }

  @Test
  void theGuardStandsBeforeTheUpgrade() throws Exception {
    serve(LiveServer.settings(10), true);
    assertEquals(401, refused("a").statusCode());
    assertEquals(401, refused("a", "Authorization", "Bearer wrong").statusCode());
    assertEquals(
        "{\"type\":\"ready\"}", socket("a", "Authorization", "Bearer " + LiveServer.KEY).next());
    assertEquals(401, events("a").statusCode());
    // A browser can show a key in no other way.
    TestSocket page =
        TestSocket.offering(
            http, server.uri("ws", "/ws/a"), "weir.v1", "weir.key." + LiveServer.KEY);
    assertEquals("{\"type\":\"ready\"}", page.next());
    assertEquals("weir.v1", page.socket().getSubprotocol());
    assertTrue(
        raw("/ws/a?key=" + LiveServer.KEY, "").startsWith("HTTP/1.1 401"), "a key in an address");
    // Nowhere but at sockets are protocols keys.
    assertTrue(
        raw("/events/a", "Sec-WebSocket-Protocol: weir.v1, weir.key.weir_ada")
            .startsWith("HTTP/1.1 401"));
  }

  @Test
  void pagesOfOthersAndOtherNamesAreRefused() throws Exception {
    assertTrue(raw("/ws/a", "Origin: https://evil.example").startsWith("HTTP/1.1 403"));
    String own = "Origin: http://127.0.0.1:%d".formatted(server.port());
    assertTrue(raw("/ws/a", own).startsWith("HTTP/1.1 101"));
    assertTrue(
        raw("/ws/a", "", "evil.example").startsWith("HTTP/1.1 403"), "DNS rebinding to a socket");
    HttpResponse<String> plain =
        http.send(
            HttpRequest.newBuilder(server.uri("http", "/ws/a")).build(), BodyHandlers.ofString());
    assertEquals(426, plain.statusCode(), plain::body);
    assertEquals("websocket", plain.headers().firstValue("upgrade").orElse(""));
  }

  /** The head of the answer to a handshake. */
  private String raw(String path, String more) throws IOException {
    return raw(path, more, "127.0.0.1:" + server.port());
  }

  private static void write(Socket socket, String path, String host, String... more)
      throws IOException {
    var head = new ArrayList<String>();
    head.add("GET " + path + " HTTP/1.1");
    head.add("Host: " + host);
    head.add("Sec-WebSocket-Version: 13");
    head.add("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
    Stream.of(more).filter(line -> !line.isEmpty()).forEach(head::add);
    String text = String.join("\r\n", head) + "\r\n\r\n";
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private String raw(String path, String more, String host) throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      write(socket, path, host, "Upgrade: websocket", "Connection: Upgrade", more);
      return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aSocketTellsAnswersPingsAndSaysWhatIsWrong() throws Exception {
    TestSocket socket = socket("a");
    assertEquals("{\"type\":\"ready\"}", socket.next());
    server.happens("a1");
    assertEquals("{\"told\":\"a1\"}", socket.next());
    socket.socket().sendText("{\"name\":", false).join();
    socket.socket().sendText("\"Ada\"}", true).join();
    assertEquals("{\"hello\":\"Ada\"}", socket.next());
    socket.socket().sendText("{\"name\":7}", true).join();
    String error = socket.next();
    assertTrue(error.contains("\"type\":\"error\""), error);
    assertTrue(error.contains("\"field\":\"name\""), error);
    socket.socket().sendText("no JSON", true).join();
    assertTrue(socket.next().contains("not valid JSON"));
    Await.until("pings", PATIENCE, () -> socket.pings.get() >= 2);
    socket.socket().sendBinary(ByteBuffer.allocate(3), true).join();
    assertEquals(1003, socket.closedWith());
    TestSocket long1 = socket("a");
    long1.socket().sendText("x".repeat(1_025), true).join();
    assertEquals(1009, long1.closedWith());
    TestSocket long2 = socket("a");
    for (int i = 0; i < 3; i++) {
      long2.socket().sendText("x".repeat(500), false).join();
    }
    assertEquals(1009, long2.closedWith());
    Await.until("nobody watches", PATIENCE, () -> server.live.isEmpty());
  }

  @Test
  void aStopSendsEverybodyAway() throws Exception {
    Scanner lines = lines("a");
    find(lines, "id: 0");
    TestSocket socket = socket("a");
    assertEquals("{\"type\":\"ready\"}", socket.next());
    long begun = System.nanoTime();
    server.live.drain(Duration.ofSeconds(20));
    assertTrue(System.nanoTime() - begun < Duration.ofSeconds(15).toNanos());
    find(lines, ": the service is stopping; come back and resume");
    find(lines, "");
    assertTrue(lines.nextLine().startsWith("retry: "));
    assertEquals(1001, socket.closedWith());
    assertEquals(503, events("a").statusCode());
    assertEquals(503, refused("a").statusCode());
  }

  /** A client that reads nothing holds up nobody, and is given up. */
  @Test
  void whoDoesNotReadIsGivenUpAndTheOthersAreServed() throws Exception {
    var sockets = new ArrayList<TestSocket>();
    for (int i = 0; i < MANY; i++) {
      sockets.add(socket("b"));
    }
    try (Socket deafStream = deaf("/events/a");
        Socket deafSocket = deaf("/ws/a", "Upgrade: websocket", "Connection: Upgrade")) {
      Await.until("all watch", PATIENCE, () -> server.live.size() == MANY + 2);
      String piece = "a" + "x".repeat(64 * 1024); // all together more than the kernel holds
      for (int i = 0; i < PIECES; i++) {
        server.happens(piece);
        server.happens("b" + i);
      }
      for (TestSocket socket : sockets) {
        Await.until("the others are served", PATIENCE, () -> told(socket) == PIECES);
      }
      Await.until("the deaf are given up", PATIENCE, () -> server.live.size() == MANY);
      assertTrue(deafStream.isConnected() && deafSocket.isConnected());
    }
  }

  private static int told(TestSocket socket) {
    return socket.texts.size() - 1;
  }

  private Socket deaf(String path, String... more) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    write(socket, path, "localhost", more);
    return socket;
  }

  @Test
  void manyThatWatchCostLittleAndTheSameAfterMuchHasHappened() throws Exception {
    long empty = held();
    List<Scanner> streams = new ArrayList<>();
    List<TestSocket> sockets = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      Scanner lines = lines("a");
      find(lines, "id: 0");
      streams.add(lines);
      sockets.add(socket("a"));
    }
    happensTo(streams, sockets, 0, 50);
    long before = held();
    happensTo(streams, sockets, 50, 350);
    long after = held();
    // Server and clients are in this process together.
    assertTrue(
        before - empty < MANY * 2L * 200_000,
        "of each %d".formatted((before - empty) / (2 * MANY)));
    assertTrue(after - before < 8_000_000, "grown by %d".formatted(after - before));
  }

  private void happensTo(List<Scanner> streams, List<TestSocket> sockets, int from, int to)
      throws InterruptedException {
    for (int i = from; i < to; i++) {
      server.happens("a" + i);
    }
    for (Scanner lines : streams) {
      find(lines, "data: a" + (to - 1));
    }
    for (TestSocket socket : sockets) {
      String last = "{\"told\":\"a%d\"}".formatted(to - 1);
      Await.until("the last", PATIENCE, () -> socket.texts.contains(last));
      socket.texts.clear();
    }
  }

  private static long held() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }
}
