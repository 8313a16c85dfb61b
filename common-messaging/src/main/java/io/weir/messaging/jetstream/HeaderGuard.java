package io.weir.messaging.jetstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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
  private static final byte[] WITH_HEADERS = "HMSG ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] WITHOUT = "MSG ".getBytes(StandardCharsets.US_ASCII);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long ABOVE_ASCII = 0x8080_8080_8080_8080L;

  /** The beginning of a line whose end is not read yet. */
  private final byte[] begun = new byte[LONGEST_LINE];

  private int begunLength;
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
        replace(bytes, at, stop);
        at = stop;
      } else if (bodyLeft > 0) {
        int skip = (int) Math.min(end - at, bodyLeft);
        bodyLeft -= skip;
        at += skip;
      } else {
        at = line(bytes, at, end);
      }
    }
  }

  /** Nearly always there is nothing to replace, so it looks at eight bytes at a time. */
  private static void replace(byte[] bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to && ((long) LONGS.get(bytes, at) & ABOVE_ASCII) == 0) {
      at += Long.BYTES;
    }
    for (; at < to; at++) {
      if (bytes[at] < 0) {
        bytes[at] = '?';
      }
    }
  }

  /** Reads a line of the protocol, or what there is of it; returns where to go on. */
  private int line(byte[] bytes, int from, int end) {
    int newline = from;
    while (newline < end && bytes[newline] != '\n') {
      newline++;
    }
    if (begunLength == 0 && newline < end) {
      endOfLine(bytes, from, newline);
      return newline + 1;
    }
    int kept = Math.min(newline - from, LONGEST_LINE - begunLength);
    System.arraycopy(bytes, from, begun, begunLength, kept);
    begunLength += kept;
    if (newline < end) {
      endOfLine(begun, 0, begunLength);
      begunLength = 0;
    }
    return newline + 1;
  }

  /** The last number of a line is the length of headers and body, that before it of the headers. */
  private void endOfLine(byte[] line, int from, int to) {
    boolean withHeaders = startsWith(line, from, to, WITH_HEADERS);
    if (withHeaders || startsWith(line, from, to, WITHOUT)) {
      int last = endOfWord(line, from, to);
      long total = number(line, from, last);
      headerLeft = 0;
      if (withHeaders) {
        headerLeft = number(line, from, endOfWord(line, from, startOfWord(line, from, last)));
      }
      bodyLeft = total - headerLeft + CRLF;
    }
  }

  private static int endOfWord(byte[] line, int from, int to) {
    int end = to;
    while (end > from && line[end - 1] <= ' ') {
      end--;
    }
    return end;
  }

  private static int startOfWord(byte[] line, int from, int end) {
    int start = end;
    while (start > from && line[start - 1] > ' ') {
      start--;
    }
    return start;
  }

  private static long number(byte[] line, int from, int end) {
    int start = startOfWord(line, from, end);
    long number = 0;
    for (int i = start; i < end; i++) {
      if (line[i] < '0' || line[i] > '9') {
        throw new NumberFormatException("no length in a line of the NATS protocol");
      }
      number = number * 10 + line[i] - '0';
    }
    return number;
  }

  private static boolean startsWith(byte[] line, int from, int to, byte[] word) {
    return to - from >= word.length
        && Arrays.equals(line, from, from + word.length, word, 0, word.length);
  }
}
