package io.weir.testsupport;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Cuts one direction of a MongoDB connection into messages. No byte is lost: the frames, written
 * one after the other, are what was read. For use by one thread.
 */
final class MongoFrameReader implements FrameTap.Reader<MongoFrame> {
  /** Servers take 48,000,000 bytes. */
  private static final int MAX_BYTES = 64 << 20;

  private final InputStream in;

  MongoFrameReader(InputStream in) {
    this.in = new BufferedInputStream(in, 64 << 10);
  }

  /**
   * Waits for a whole message; what a sender left unfinished is a frame of its own.
   *
   * @throws IOException also when a message says that it is longer than MongoDB allows
   */
  @Override
  public @Nullable MongoFrame next() throws IOException {
    byte[] head = in.readNBytes(Integer.BYTES);
    if (head.length == 0) {
      return null;
    }
    if (head.length < Integer.BYTES) {
      return MongoFrame.of(head);
    }
    int length = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (length < MongoFrame.HEAD_BYTES || length > MAX_BYTES) {
      throw new IOException("a message of %d bytes is no MongoDB".formatted(length));
    }
    byte[] rest = in.readNBytes(length - head.length);
    byte[] raw = Arrays.copyOf(head, head.length + rest.length);
    System.arraycopy(rest, 0, raw, head.length, rest.length);
    return MongoFrame.of(raw);
  }
}
