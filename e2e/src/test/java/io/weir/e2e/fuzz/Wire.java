package io.weir.e2e.fuzz;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Bytes to a port, and what comes back: an HTTP client that refuses nothing. */
final class Wire {
  private static final int MOST = 8 << 20;

  /**
   * What came back.
   *
   * @param status 0 when the connection was closed without an answer, -1 when neither came in time
   * @param left bytes after the answer
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answer(
      int status, Map<String, List<String>> headers, byte[] body, int left, Duration took) {
    String header(String name) {
      return headers.getOrDefault(name, List.of("")).getFirst();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }
  }

  private Wire() {}

  static Answer send(int port, Draft draft, Duration bound) throws IOException {
    long begun = System.nanoTime();
    try (var socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) bound.toMillis());
      socket.setSoTimeout((int) bound.toMillis());
      byte[] bytes = draft.bytes();
      Thread writer =
          Thread.startVirtualThread(
              () -> {
                try {
                  socket.getOutputStream().write(bytes);
                  // The end of what may be half a request; after a whole one it means: I have left.
                  if (!draft.stall && !draft.isWhole()) {
                    socket.shutdownOutput();
                  }
                } catch (IOException e) {
                  // It has heard enough; its answer tells.
                }
              });
      try {
        return read(socket.getInputStream(), draft.method.equals("HEAD"), begun);
      } finally {
        writer.interrupt();
      }
    } catch (SocketTimeoutException e) {
      return nothing(-1, begun);
    } catch (IOException e) {
      return nothing(0, begun);
    }
  }

  private static Answer nothing(int status, long begun) {
    return new Answer(status, Map.of(), new byte[0], 0, since(begun));
  }

  private static Answer read(InputStream from, boolean head, long begun) throws IOException {
    var in = new BufferedInputStream(from);
    String status = line(in);
    if (!status.matches("HTTP/1\\.[01] \\d{3}.*")) {
      throw new IOException("no answer: " + status);
    }
    int code = Integer.parseInt(status.substring(9, 12));
    var headers = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers
          .computeIfAbsent(
              line.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT),
              n -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    if (code == 100) {
      return read(in, head, begun);
    }
    byte[] body = new byte[0];
    if (!head && code != 204 && code != 304) {
      if (headers.containsKey("content-length")) {
        body = in.readNBytes(Integer.parseInt(headers.get("content-length").getFirst()));
      } else if (headers
          .getOrDefault("transfer-encoding", List.of(""))
          .getFirst()
          .equals("chunked")) {
        body = chunks(in);
      } else {
        body = in.readNBytes(MOST);
      }
    }
    int left = 0;
    if (headers.getOrDefault("connection", List.of("")).getFirst().equalsIgnoreCase("close")) {
      try {
        left = in.readNBytes(MOST).length;
      } catch (IOException e) {
        left = 0; // reset after the answer: it did not want the rest of the request
      }
    }
    return new Answer(code, headers, body, left, since(begun));
  }

  private static byte[] chunks(InputStream in) throws IOException {
    var body = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(line(in).split(";", 2)[0].strip(), 16);
      if (size == 0) {
        while (!line(in).isEmpty()) {
          // A trailer: who sends "TE: trailers" gets them.
        }
        return body.toByteArray();
      }
      body.writeBytes(in.readNBytes(size));
      String end = line(in);
      if (!end.isEmpty()) {
        throw new IOException("a chunk goes on: " + end);
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("closed in a line");
      }
      if (b != '\r') {
        line.write(b);
      }
      if (line.size() > MOST) {
        throw new IOException("a line without an end");
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  private static Duration since(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }
}
