package io.weir.testsupport;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * One HTTP/1.1 request and its answer on a plain socket, closed afterwards. Hand-written because a
 * test upstream must be able to break off anywhere, which no HTTP server library lets it do.
 */
final class HttpExchange {

  private static final int BODY_LIMIT = 32 << 20;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final String method;
  private final String path;
  private final Map<String, String> headers;
  private final byte[] body;

  private HttpExchange(
      Socket socket,
      InputStream in,
      OutputStream out,
      String startLine,
      Map<String, String> headers,
      byte[] body) {
    String[] parts = startLine.split(" ", -1);
    this.socket = socket;
    this.in = in;
    this.out = out;
    this.method = parts[0];
    this.path = parts.length > 1 ? parts[1] : "";
    this.headers = headers;
    this.body = body;
  }

  static HttpExchange read(Socket socket) throws IOException {
    InputStream in = new BufferedInputStream(socket.getInputStream());
    OutputStream out = new BufferedOutputStream(socket.getOutputStream());
    String startLine = readLine(in);
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    if (headers.getOrDefault("expect", "").equalsIgnoreCase("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    return new HttpExchange(socket, in, out, startLine, headers, readBody(in, headers));
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  Map<String, String> headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }

  /**
   * Blocks until the client closes its side; a client that waits for its answer sends nothing more.
   */
  void awaitClientGone() {
    try {
      int next;
      do {
        next = in.read();
      } while (next >= 0);
    } catch (IOException e) {
      // A reset is as good as a close.
    }
  }

  void answer(int status, String contentType, byte[] content, Map<String, String> more)
      throws IOException {
    head(status, contentType, more, "Content-Length: " + content.length);
    out.write(content);
    out.flush();
  }

  /** A head that promises all of the content, and only its first bytes. */
  void answerPartly(String contentType, byte[] content, int sent) throws IOException {
    head(200, contentType, Map.of(), "Content-Length: " + content.length);
    out.write(content, 0, sent);
    out.flush();
  }

  void beginStream() throws IOException {
    head(
        200,
        "text/event-stream; charset=utf-8",
        Map.of("Cache-Control", "no-cache"),
        "Transfer-Encoding: chunked");
    out.flush();
  }

  /** A server-sent event, with all of its lines. */
  void event(String frame) throws IOException {
    byte[] content = frame.getBytes(StandardCharsets.UTF_8);
    out.write((Integer.toHexString(content.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
    out.write(content);
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  void endStream() throws IOException {
    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  /**
   * Ends the connection in the middle of an answer. Not with a reset: that discards what the client
   * has not read yet, so that what it saw would depend on who was quicker.
   */
  void breakOff() throws IOException {
    socket.shutdownOutput();
  }

  /** Ends the connection with a reset, as a crashed upstream or a cut cable behind a proxy does. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private void head(int status, String contentType, Map<String, String> more, String framing)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append("HTTP/1.1 ")
        .append(status)
        .append(' ')
        .append(status < 400 ? "OK" : "Error")
        .append("\r\n");
    head.append("Content-Type: ").append(contentType).append("\r\n");
    more.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append(framing).append("\r\nConnection: close\r\n\r\n");
    out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] readBody(InputStream in, Map<String, String> headers) throws IOException {
    if (headers
        .getOrDefault("transfer-encoding", "")
        .toLowerCase(Locale.ROOT)
        .contains("chunked")) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        int size = Integer.parseInt(readLine(in).split(";", -1)[0].strip(), 16);
        if (size == 0) {
          for (String trailer = readLine(in); !trailer.isEmpty(); trailer = readLine(in)) {
            // Trailers carry nothing that a test looks at.
          }
          return all.toByteArray();
        }
        all.write(exactly(in, size));
        readLine(in);
      }
    }
    return exactly(in, Integer.parseInt(headers.getOrDefault("content-length", "0")));
  }

  private static byte[] exactly(InputStream in, int size) throws IOException {
    if (size > BODY_LIMIT) {
      throw new IOException("request body of " + size + " bytes is over " + BODY_LIMIT);
    }
    byte[] bytes = in.readNBytes(size);
    if (bytes.length < size) {
      throw new EOFException("the client closed within its request body");
    }
    return bytes;
  }

  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the client closed within its request head");
      }
      if (next != '\r') {
        line.write(next);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }
}
