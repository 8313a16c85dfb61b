package io.weir.messaging.jetstream;

import java.nio.charset.StandardCharsets;

/**
 * Replaces the bytes above ASCII in the headers of what a NATS server sends by question marks; all
 * else passes as it is. The Java client takes such a header for an illegal argument, and the thread
 * that reads the connection ends without a word ({@code HardCasesIT} shows it): one message of
 * another client would stop the service. Follows the protocol line by line (MSG, HMSG); keeps its
 * state between calls. Not thread-safe: one connection has one reader.
 */
final class HeaderGuard {
  private static final int LONGEST_LINE = 8 << 10;
  private static final int CRLF = 2;

  private final byte[] line = new byte[LONGEST_LINE];
  private int lineLength;
  private long headerLeft;
  private long bodyLeft;

  /** Goes through the next {@code length} bytes that were read, and changes them in place. */
  void pass(byte[] bytes, int offset, int length) {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      if (headerLeft > 0) {
        int stop = (int) Math.min(end, at + headerLeft);
        headerLeft -= stop - at;
        for (; at < stop; at++) {
          if (bytes[at] < 0) {
            bytes[at] = '?';
          }
        }
      } else if (bodyLeft > 0) {
        int skip = (int) Math.min(end - at, bodyLeft);
        bodyLeft -= skip;
        at += skip;
      } else {
        byte next = bytes[at++];
        if (next == '\n') {
          endOfLine();
        } else if (lineLength < LONGEST_LINE) {
          line[lineLength++] = next;
        }
      }
    }
  }

  private void endOfLine() {
    boolean withHeaders = startsWith("HMSG ");
    if (withHeaders || startsWith("MSG ")) {
      String[] tokens =
          new String(line, 0, lineLength, StandardCharsets.ISO_8859_1).strip().split("\\s+", -1);
      long total = Long.parseLong(tokens[tokens.length - 1]);
      headerLeft = withHeaders ? Long.parseLong(tokens[tokens.length - 2]) : 0;
      bodyLeft = total - headerLeft + CRLF;
    }
    lineLength = 0;
  }

  private boolean startsWith(String word) {
    if (lineLength < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (line[i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
