package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PayloadBytesTest {
  @Test
  void oneArrayIsSentAsItIs() {
    byte[] array = {1, 2, 3};
    assertSame(array, PayloadBytes.of(UnsafeByteOperations.unsafeWrap(array)));
  }

  static Stream<ByteString> others() {
    ByteString large = ByteString.copyFrom(new byte[1_000]).concat(ByteString.copyFromUtf8("x"));
    ByteString rope = large.concat(ByteString.copyFrom(new byte[1_000]));
    return Stream.of(
        ByteString.EMPTY,
        ByteString.copyFromUtf8("abcdef").substring(0, 3),
        ByteString.copyFromUtf8("abcdef").substring(2, 6),
        UnsafeByteOperations.unsafeWrap(ByteBuffer.wrap(new byte[] {4, 5, 6, 7}, 1, 2)),
        UnsafeByteOperations.unsafeWrap(ByteBuffer.allocateDirect(3)),
        rope,
        rope.substring(1, 1_500));
  }

  @ParameterizedTest
  @MethodSource("others")
  void whatIsNoWholeArrayIsCopied(ByteString payload) {
    assertArrayEquals(payload.toByteArray(), PayloadBytes.of(payload));
  }
}
