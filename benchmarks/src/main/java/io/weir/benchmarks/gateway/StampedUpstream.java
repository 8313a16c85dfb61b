package io.weir.benchmarks.gateway;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * A model whose streamed answer says in each chunk when that chunk was written, by the machine's
 * monotonic clock, which this process reads at the other end as well. A virtual thread a
 * connection.
 */
final class StampedUpstream implements AutoCloseable {
  private static final String HEAD =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String MODELS =
      "{\"object\":\"list\",\"data\":[{\"id\":\"stamped\",\"object\":\"model\",\"created\":1,\"owned_by\":\"bench\"}]}";
  static final String STAMP = "\"content\":\"@";

  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile int chunks = 1;
  private volatile Duration pace = Duration.ZERO;

  private StampedUpstream(ServerSocket listener) {
    this.listener = listener;
  }

  static StampedUpstream start() throws IOException {
    var listener = new ServerSocket();
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096);
    var upstream = new StampedUpstream(listener);
    Thread.ofVirtual().name("stamped-accept").start(upstream::accept);
    return upstream;
  }

  /** What the next answers are: so many chunks, so far apart. */
  void answering(int chunks, Duration pace) {
    this.chunks = chunks;
    this.pace = pace;
  }

  int port() {
    return listener.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        open.add(socket);
        Thread.ofVirtual().name("stamped").start(() -> serve(socket));
      }
    } catch (IOException e) {
      // Closed by close().
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      var in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      while (true) {
        String request = Wire.head(in);
        if (request.isEmpty()) {
          return;
        }
        Wire.skipBody(in, request);
        if (request.startsWith("GET")) {
          out.write(Wire.answer(MODELS));
        } else {
          stream(out);
        }
        out.flush();
      }
    } catch (IOException e) {
      // The client left.
    } finally {
      open.remove(socket);
    }
  }

  private void stream(OutputStream out) throws IOException {
    int count = chunks;
    long step = pace.toNanos();
    out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
    long next = System.nanoTime();
    for (int i = 0; i < count; i++) {
      out.write(Wire.chunk(event(System.nanoTime())));
      next += step;
      long left = next - System.nanoTime();
      if (left > 0) {
        LockSupport.parkNanos(left);
      }
    }
    out.write(Wire.chunk("data: [DONE]\n\n"));
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private static String event(long now) {
    return "data: {\"id\":\"chatcmpl-stamped\",\"object\":\"chat.completion.chunk\",\"created\":1764316800,"
        + "\"model\":\"stamped\",\"choices\":[{\"index\":0,\"delta\":{"
        + STAMP
        + now
        + "\"},\"finish_reason\":null}]}\n\n";
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
