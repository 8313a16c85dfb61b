package io.weir.messaging.jetstream;

import com.google.protobuf.ByteOutput;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a payload to be sent. A {@link ByteString} nearly always is one array, which is
 * never changed again, neither by it nor by the client that sends it: it is not copied then.
 */
final class PayloadBytes extends ByteOutput {
  private byte @Nullable [] whole;
  private int pieces;

  private PayloadBytes() {}

  static byte[] of(ByteString payload) {
    var taken = new PayloadBytes();
    try {
      UnsafeByteOperations.unsafeWriteTo(payload, taken);
    } catch (IOException e) {
      throw new IllegalStateException("nothing is written anywhere", e);
    }
    byte[] bytes = taken.whole;
    return taken.pieces == 1 && bytes != null && bytes.length == payload.size()
        ? bytes
        : payload.toByteArray();
  }

  @Override
  public void writeLazy(byte[] value, int offset, int length) {
    pieces++;
    whole = offset == 0 && length == value.length ? value : null;
  }

  @Override
  public void write(byte[] value, int offset, int length) {
    pieces++;
    whole = Arrays.copyOfRange(value, offset, offset + length);
  }

  @Override
  public void write(byte value) {
    pieces++;
    whole = null;
  }

  @Override
  public void writeLazy(ByteBuffer value) {
    pieces++;
    whole = null;
  }

  @Override
  public void write(ByteBuffer value) {
    pieces++;
    whole = null;
  }
}
