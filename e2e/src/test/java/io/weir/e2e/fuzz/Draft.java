package io.weir.e2e.fuzz;

import io.weir.e2e.fuzz.ServedDocument.Operation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A request that is being made, down to its bytes. Not thread-safe. */
final class Draft {
  /** What may come of it. */
  enum Hope {
    /** It is right, and must not be called wrong. */
    ACCEPTED,
    /** It is wrong, and must not be accepted. */
    REFUSED,
    /** An answer that the document has. */
    ANSWERED,
    /** That, or nothing: it may be no HTTP at all. */
    ANY
  }

  final int index;
  final Operation operation;
  final String marker;
  final List<String> headers = new ArrayList<>();
  String kind = "";
  String method;
  String target = "";
  String version = "HTTP/1.1";
  byte[] body = new byte[0];
  byte[] raw = new byte[0];
  boolean length = true;
  boolean stall;
  Hope hope = Hope.ANSWERED;

  Draft(int index, Operation operation, String marker) {
    this.index = index;
    this.operation = operation;
    this.marker = marker;
    this.method = operation.method();
  }

  /**
   * Whether its end is told by its own length. The end of the connection after it would mean that
   * nobody waits for the answer any more, and a stream may then end without one.
   */
  boolean isWhole() {
    return hope != Hope.ANY;
  }

  void drop(String header) {
    String start = header.toLowerCase(Locale.ROOT) + ":";
    headers.removeIf(line -> line.toLowerCase(Locale.ROOT).startsWith(start));
  }

  void set(String header, String value) {
    drop(header);
    headers.add(header + ": " + value);
  }

  byte[] bytes() {
    if (raw.length > 0) {
      return raw;
    }
    var out = new ByteArrayOutputStream();
    write(out, method + " " + target + " " + version + "\r\n");
    headers.forEach(line -> write(out, line + "\r\n"));
    if (length && (body.length > 0 || operation.takesBody())) {
      write(out, "Content-Length: " + body.length + "\r\n");
    }
    write(out, "\r\n");
    out.writeBytes(body);
    return out.toByteArray();
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    String text = new String(bytes(), StandardCharsets.UTF_8);
    return "#%d %s (%s), hoped for %s: %s"
        .formatted(
            index,
            operation,
            kind,
            hope,
            text.length() > 1500 ? text.substring(0, 1500) + "… (" + text.length() + ")" : text);
  }
}
