package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpProxyTest {

  private final CopyOnWriteArrayList<String> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger ended = new AtomicInteger();
  private final ServerSocket server;
  private final TcpProxy proxy;

  TcpProxyTest() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    proxy = TcpProxy.to(server.getLocalPort());
  }

  @BeforeEach
  void echo() {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  Socket socket = server.accept();
                  Thread.ofVirtual().start(() -> echo(socket));
                }
              } catch (IOException e) {
                // The test is over.
              }
            });
  }

  @AfterEach
  void close() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void bytesPassBothWays() throws Exception {
    try (Socket client = connect()) {
      assertEquals("hello", ask(client, "hello"));
      assertEquals(1, proxy.accepted());
    }
  }

  @Test
  void aCutResetsOpenConnectionsAndNewOnesWork() throws Exception {
    try (Socket client = connect()) {
      assertEquals("hello", ask(client, "hello"));
      proxy.cutAll();
      assertThrows(IOException.class, () -> ask(client, "again"));
    }
    try (Socket client = connect()) {
      assertEquals("back", ask(client, "back"));
    }
  }

  @Test
  void bytesToTheServerCanBeDroppedAlone() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.dropToServer();
      assertNoAnswer(client, "two");
      proxy.restore();
      assertEquals("three", ask(client, "three"));
      assertTrue(!received.contains("two"), received.toString());
    }
  }

  @Test
  void bytesToTheClientCanBeDroppedAlone() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.dropToClient();
      assertNoAnswer(client, "two");
      Await.until(
          "the server has got what was sent",
          Duration.ofSeconds(20),
          () -> received.contains("two"));
    }
  }

  @Test
  void newConnectionsCanBeRefusedWhileOpenOnesGoOn() throws Exception {
    try (Socket open = connect()) {
      assertEquals("one", ask(open, "one"));
      proxy.refuseNew();
      assertEquals("two", ask(open, "two"));
      assertThrows(
          IOException.class,
          () -> {
            try (Socket refused = connect()) {
              ask(refused, "three");
            }
          });
      proxy.restore();
      try (Socket welcome = connect()) {
        assertEquals("four", ask(welcome, "four"));
      }
    }
  }

  /** Such a connection makes the operating system's accept fail once. */
  @Test
  void clientsThatAreGoneBeforeTheyAreAcceptedDoNotEndTheProxy() throws Exception {
    proxy.refuseNew();
    List<Thread> clients =
        Stream.generate(() -> Thread.ofPlatform().start(this::comeAndGo)).limit(8).toList();
    for (Thread client : clients) {
      client.join();
    }
    proxy.restore();
    try (Socket client = connect()) {
      assertEquals("hello", ask(client, "hello"));
    }
  }

  private void comeAndGo() {
    for (int i = 0; i < 500; i++) {
      try (Socket client = connect()) {
        reset(client);
      } catch (IOException e) {
        // Refused, as it should be.
      }
    }
  }

  @Test
  void aDelayHoldsBytesBack() throws Exception {
    try (Socket client = connect()) {
      proxy.delay(Duration.ofMillis(100));
      long start = System.nanoTime();
      assertEquals("late", ask(client, "late"));
      assertTrue(System.nanoTime() - start >= Duration.ofMillis(200).toNanos());
    }
  }

  @Test
  void stalledBytesToTheServerArriveInOrderAfterTheStall() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.stallToServer();
      proxy.stallToServer(); // twice is once
      assertNoAnswer(client, "two");
      send(client, "three");
      assertEquals(List.of("one"), received);

      proxy.restore();

      assertEquals("twothree", answer(client, 8));
      assertEquals("four", ask(client, "four"));
    }
  }

  @Test
  void stalledBytesToTheClientArriveAfterTheStall() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.stallToClient();
      assertNoAnswer(client, "two");
      Await.until("the server has it", Duration.ofSeconds(20), () -> received.contains("two"));

      proxy.restore();

      assertEquals("two", answer(client, 3));
    }
  }

  @Test
  void theServerHearsOfAnEndedConnectionOnlyAfterTheStall() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.stallToServer();
      send(client, "last words");
    }
    assertThrows(
        AssertionError.class,
        () -> Await.until("an end", Duration.ofMillis(200), () -> ended.get() > 0));

    proxy.restore();

    Await.until("the end", Duration.ofSeconds(20), () -> ended.get() == 1);
    assertEquals(List.of("one", "last words"), received);
  }

  @Test
  void aResetDoesNotCrossAStalledConnection() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.stallToServer();
      reset(client);
    }
    assertThrows(
        AssertionError.class,
        () -> Await.until("an end", Duration.ofMillis(200), () -> ended.get() > 0));

    proxy.restore();

    Await.until("the end", Duration.ofSeconds(20), () -> ended.get() == 1);
  }

  @Test
  void aCutEndsAStalledConnectionForBothSides() throws Exception {
    try (Socket client = connect()) {
      assertEquals("one", ask(client, "one"));
      proxy.stallToServer();
      send(client, "two");
      proxy.cutAll();
      assertThrows(IOException.class, () -> answer(client, 1));
      Await.until("the end", Duration.ofSeconds(20), () -> ended.get() == 1);
    }
    proxy.restore();
    try (Socket client = connect()) {
      assertEquals("back", ask(client, "back"));
      assertEquals(List.of("one", "back"), received);
    }
  }

  @Test
  void aThrottleSpreadsBytesOverTime() throws Exception {
    try (Socket client = connect()) {
      proxy.throttle(2_000);
      String text = "0123456789".repeat(60);
      long start = System.nanoTime();

      assertEquals(text, ask(client, text));

      long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
      assertTrue(millis >= 300, "600 bytes at 2000 a second took only " + millis + " ms");
      proxy.restore();
      assertEquals("fast", ask(client, "fast"));
      assertThrows(IllegalArgumentException.class, () -> proxy.throttle(0));
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout((int) Duration.ofSeconds(20).toMillis());
    return socket;
  }

  private static void assertNoAnswer(Socket socket, String text) throws IOException {
    int patience = socket.getSoTimeout();
    socket.setSoTimeout(400);
    assertThrows(SocketTimeoutException.class, () -> ask(socket, text));
    socket.setSoTimeout(patience);
  }

  private static String ask(Socket socket, String text) throws IOException {
    send(socket, text);
    return answer(socket, text.length());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String answer(Socket socket, int length) throws IOException {
    byte[] answer = socket.getInputStream().readNBytes(length);
    if (answer.length < length) {
      throw new IOException("closed");
    }
    return new String(answer, StandardCharsets.UTF_8);
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void echo(Socket socket) {
    try (socket) {
      byte[] buffer = new byte[1024];
      InputStream in = socket.getInputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        received.add(new String(buffer, 0, read, StandardCharsets.UTF_8));
        socket.getOutputStream().write(buffer, 0, read);
      }
    } catch (IOException e) {
      // Cut.
    } finally {
      ended.incrementAndGet();
    }
  }
}
