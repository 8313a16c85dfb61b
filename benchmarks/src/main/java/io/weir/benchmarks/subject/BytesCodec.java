package io.weir.benchmarks.subject;

import com.google.protobuf.ByteString;
import io.weir.benchmarks.measure.Site;
import io.weir.messaging.Codec;

/** Passes bytes on, so that the library is measured and not protobuf. */
final class BytesCodec implements Codec<ByteString> {
  @Override
  public String messageType() {
    return Site.MESSAGE_TYPE;
  }

  @Override
  public String contentType() {
    return Site.CONTENT_TYPE;
  }

  @Override
  public ByteString encode(ByteString message) {
    return message;
  }

  @Override
  public ByteString decode(ByteString bytes, String contentType) {
    return bytes;
  }
}
