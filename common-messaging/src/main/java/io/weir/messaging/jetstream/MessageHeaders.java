package io.weir.messaging.jetstream;

import io.nats.client.impl.Headers;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Names of the headers that messages carry, and how they are read. */
final class MessageHeaders {
  static final String MESSAGE_ID = "Nats-Msg-Id";
  static final String CONTENT_TYPE = "Content-Type";
  static final String MESSAGE_TYPE = "Weir-Message-Type";
  static final String CORRELATION_ID = "Weir-Correlation-Id";

  /** On a refusal: whole seconds after which to try again. */
  static final String RETRY_AFTER = "Retry-After";

  static final String TRACEPARENT = "traceparent";

  /** On a copy that has to have another id to be stored: the id that handlers know it by. */
  static final String ORIGINAL_ID = "Weir-Message-Id";

  /** On a replayed message: {@code stream/consumer}, the only consumer it is for. */
  static final String REPLAY_FOR = "Weir-Replay-For";

  private static final int MAX_VALUE = 1_000;

  private MessageHeaders() {}

  /** First values by name, unmodifiable; empty for a message without headers. */
  static Map<String, String> read(@Nullable Headers headers) {
    return headers == null || headers.isEmpty() ? Map.of() : new ReceivedHeaders(headers);
  }

  /** Whether {@code text} can be sent as a header's value. */
  static boolean isPrintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        return false;
      }
    }
    return true;
  }

  /**
   * {@code text} as one line of printable ASCII, cut at 1,000 characters: all that a header may
   * hold.
   */
  static String printable(String text) {
    var line = new StringBuilder();
    for (int i = 0; i < text.length() && line.length() < MAX_VALUE; i++) {
      char c = text.charAt(i);
      line.append(c >= ' ' && c <= '~' ? c : c < ' ' ? ' ' : '?');
    }
    return line.toString().strip();
  }
}
