package io.weir.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What is seen of a server that hung up meanwhile. Its last packet may take its time on a busy
 * machine, also where it has no way to go: these tests wait until it is there.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class ConnectionIT {
  private static final Origin ORIGIN = Origin.of(URI.create("http://127.0.0.1:1"));
  private static final Duration REST = Duration.ofMillis(1_100);
  private static final Duration LONG = Duration.ofSeconds(30);

  private final IdleConnections idle = new IdleConnections();
  private Socket ours;
  private Socket theirs;
  private Connection connection;

  @BeforeEach
  void connect() throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ours = new Socket(listener.getInetAddress(), listener.getLocalPort());
      theirs = listener.accept();
    }
    connection = Connection.over(ORIGIN, ours);
    idle.give(connection);
  }

  @AfterEach
  void close() throws IOException {
    idle.close();
    ours.close();
    theirs.close();
  }

  @Test
  void aServerThatSaidNothingIsAsGoodAsBefore() throws Exception {
    Thread.sleep(REST);
    assertSame(connection, idle.take(ORIGIN));
    idle.give(connection);
    assertSame(connection, idle.take(ORIGIN));
  }

  @Test
  void aServerThatClosedIsNoticedAfterARest() throws Exception {
    theirs.close();
    Thread.sleep(REST);
    Await.until("the server's end", LONG, () -> !connection.looksAlive());
    assertNull(idle.take(ORIGIN), "once seen it is not forgotten");
    assertTrue(ours.isClosed());
  }

  @Test
  void aServerThatSaidSomethingUnaskedIsNoticedAtOnce() throws Exception {
    theirs
        .getOutputStream()
        .write("HTTP/1.1 408 Request Timeout\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    Await.until("its words", LONG, () -> ours.getInputStream().available() > 0);
    assertNull(idle.take(ORIGIN));
    assertTrue(ours.isClosed());
  }
}
