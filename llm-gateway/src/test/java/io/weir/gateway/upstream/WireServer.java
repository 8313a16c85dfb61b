package io.weir.gateway.upstream;

import io.weir.testsupport.Await;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers each request with the bytes that it was told, be they HTTP or not. */
final class WireServer implements AutoCloseable {
  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d+)");

  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Answer answer = new Answer("", false, false);
  private volatile String lastRequest = "";

  private record Answer(String bytes, boolean hangUp, boolean unread) {}

  private WireServer(ServerSocket listener) {
    this.listener = listener;
  }

  static WireServer start() {
    try {
      return on(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static WireServer on(ServerSocket listener) {
    var server = new WireServer(listener);
    var _ = Thread.ofVirtual().start(server::accept);
    return server;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** How many there were up to now. */
  int connections() {
    return connections.get();
  }

  String lastRequest() {
    return lastRequest;
  }

  void answering(String bytes) {
    answering(bytes, false);
  }

  void answering(String bytes, boolean hangUp) {
    answer = new Answer(bytes, hangUp, false);
  }

  /** Without reading the request's body. */
  void answeringAtOnce(String bytes) {
    answer = new Answer(bytes, true, true);
  }

  void hangUp() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  void sayAll(String bytes) throws IOException {
    for (Socket socket : open) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  void awaitAllGone() throws InterruptedException {
    Await.until("the end of all connections", Duration.ofSeconds(20), open::isEmpty);
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        connections.incrementAndGet();
        open.add(socket);
        var _ = Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = head(in);
        Answer now = answer;
        if (!now.unread()) {
          Matcher length = LENGTH.matcher(head);
          in.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
        }
        lastRequest = head;
        socket.getOutputStream().write(now.bytes().getBytes(StandardCharsets.ISO_8859_1));
        if (now.hangUp()) {
          socket.shutdownOutput();
          if (now.unread()) {
            in.skipNBytes(1 << 20); // then it resets what is still under way
          }
          return;
        }
      }
    } catch (IOException gone) {
      // So is the client.
    } finally {
      open.remove(socket);
    }
  }

  private static String head(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("gone");
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      listener.close();
      hangUp();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
