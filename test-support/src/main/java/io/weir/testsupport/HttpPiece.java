package io.weir.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What one read of an HTTP connection gave; the first of a message has its first line. */
public final class HttpPiece implements FrameTap.Frame {
  private final byte[] raw;
  private final String firstLine;

  HttpPiece(byte[] raw) {
    this.raw = raw;
    String text = new String(raw, 0, Math.min(raw.length, 512), StandardCharsets.ISO_8859_1);
    String line = text.lines().findFirst().orElse("");
    this.firstLine = line.startsWith("HTTP/1.") || line.contains(" HTTP/1.") ? line : "";
  }

  /** Method and path without its query, such as {@code POST /v1/models}; else empty. */
  public String request() {
    return firstLine.startsWith("HTTP/1.") || firstLine.isEmpty()
        ? ""
        : firstLine.substring(0, firstLine.lastIndexOf(' ')).replaceFirst("[?].*", "");
  }

  /** Whether an answer begins with it. */
  public boolean isAnswer() {
    return firstLine.startsWith("HTTP/1.");
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(raw);
  }

  @Override
  public String toString() {
    return "%s, %d bytes".formatted(firstLine, raw.length);
  }
}
