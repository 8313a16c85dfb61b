package io.weir.gateway.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stream of bytes into server-sent events, each with its blank line, without changing a
 * byte. Line ends may be LF, CRLF or CR, and anything may be split between two chunks. Not thread
 * safe.
 */
public final class SseEvents {
  private final int maxEventBytes;
  private byte[] pending = new byte[8192];
  private int length;
  private int scanned;
  private boolean lineHasContent;
  private boolean afterCarriageReturn;
  private boolean linesEndWithBoth;
  private boolean lineFeedOwed;

  public SseEvents(int maxEventBytes) {
    this.maxEventBytes = maxEventBytes;
  }

  /**
   * The events that are whole now, oldest first.
   *
   * @throws OversizedEventException when an event outgrows the limit
   */
  public List<byte[]> add(byte[] chunk, int count) {
    append(chunk, count);
    var events = new ArrayList<byte[]>();
    int start = 0;
    for (int i = scanned; i < length; i++) {
      if (lineFeedOwed && pending[i] != '\n') {
        events.add(Arrays.copyOfRange(pending, start, i));
        start = i;
        lineFeedOwed = false;
      }
      if (endsEvent(pending[i])) {
        events.add(Arrays.copyOfRange(pending, start, i + 1));
        start = i + 1;
      }
    }
    System.arraycopy(pending, start, pending, 0, length - start);
    length -= start;
    scanned = length;
    if (length > maxEventBytes) {
      throw new OversizedEventException(maxEventBytes);
    }
    return events;
  }

  /** Bytes of an event that has begun and not ended. */
  public int unfinished() {
    return length;
  }

  /** Those bytes. */
  public byte[] rest() {
    return Arrays.copyOf(pending, length);
  }

  /**
   * Where lines end with CR and LF an event ends with its LF, for clients look for both before they
   * take it as whole.
   */
  private boolean endsEvent(byte b) {
    boolean secondHalfOfLineEnd = b == '\n' && afterCarriageReturn;
    afterCarriageReturn = b == '\r';
    if (secondHalfOfLineEnd) {
      linesEndWithBoth = true;
      boolean ends = lineFeedOwed;
      lineFeedOwed = false;
      return ends;
    }
    if (b != '\n' && b != '\r') {
      lineHasContent = true;
      return false;
    }
    boolean blank = !lineHasContent;
    lineHasContent = false;
    lineFeedOwed = blank && b == '\r' && linesEndWithBoth;
    return blank && !lineFeedOwed;
  }

  private void append(byte[] chunk, int count) {
    if (length + count > pending.length) {
      pending = Arrays.copyOf(pending, Math.max(pending.length * 2, length + count));
    }
    System.arraycopy(chunk, 0, pending, length, count);
    length += count;
  }

  /** An event that never seems to end. */
  public static final class OversizedEventException extends RuntimeException {
    OversizedEventException(int limit) {
      super("an event of the stream is longer than " + limit + " bytes");
    }
  }
}
