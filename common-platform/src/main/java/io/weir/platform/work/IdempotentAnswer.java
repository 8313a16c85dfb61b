package io.weir.platform.work;

import com.google.protobuf.ByteString;
import java.util.Map;

/**
 * An answer as it is kept under an idempotency key. Holds no secrets: it is stored as it is.
 *
 * @param status the HTTP status
 * @param headers those that belong to the answer, such as {@code Location}; none of the exchange
 * @param body at most {@link #LONGEST} bytes
 */
public record IdempotentAnswer(int status, Map<String, String> headers, ByteString body) {
  /** Bytes; answers to accepted work are short receipts, those of models may be long. */
  public static final int LONGEST = 4 * 1024 * 1024;

  public IdempotentAnswer {
    headers = Map.copyOf(headers);
    if (body.size() > LONGEST) {
      throw new IllegalArgumentException(
          "an answer of %d bytes; at most %d are kept".formatted(body.size(), LONGEST));
    }
  }
}
