package io.weir.benchmarks.gateway;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** As much of HTTP/1.1 as both ends of the streams need; a library would be measured with them. */
final class Wire {
  private static final int LONGEST_HEAD = 16 << 10;

  private Wire() {}

  /** The first line and the headers; empty when the other side has closed before. */
  static String head(InputStream in) throws IOException {
    var text = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        if (text.isEmpty()) {
          return "";
        }
        throw new EOFException("within a head");
      }
      text.append((char) next);
      if (next == '\n' && text.indexOf("\r\n\r\n", Math.max(0, text.length() - 4)) >= 0) {
        return text.toString();
      }
      if (text.length() > LONGEST_HEAD) {
        throw new IOException("a head without an end");
      }
    }
  }

  /** Reads over the body of a request, whose length is told or which comes in chunks. */
  static void skipBody(InputStream in, String head) throws IOException {
    if (!head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked")) {
      in.skipNBytes(contentLength(head));
      return;
    }
    int size;
    do {
      size = Integer.parseInt(line(in), 16);
      in.skipNBytes(size + 2L);
    } while (size > 0);
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("within a body");
      }
      if (next != '\r') {
        text.append((char) next);
      }
    }
    return text.toString();
  }

  private static long contentLength(String head) {
    return head.lines()
        .map(line -> line.split(":", 2))
        .filter(parts -> parts.length == 2 && parts[0].equalsIgnoreCase("content-length"))
        .mapToLong(parts -> Long.parseLong(parts[1].strip()))
        .findFirst()
        .orElse(0);
  }

  static byte[] chunk(String text) {
    return ascii(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
  }

  static byte[] answer(String json) {
    return ascii(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + json.length()
            + "\r\n\r\n"
            + json);
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
