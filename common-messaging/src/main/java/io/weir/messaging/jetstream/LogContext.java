package io.weir.messaging.jetstream;

import java.util.Map;
import org.slf4j.MDC;

/** The ids that find everything of one piece of work, for every log line of its thread. */
final class LogContext {
  private LogContext() {}

  /** To be cleared when the thread has done with the message. */
  static void describe(AckReply origin, Map<String, String> headers) {
    MDC.put("stream", origin.stream());
    MDC.put("sequence", String.valueOf(origin.sequence()));
    String correlation = headers.get(MessageHeaders.CORRELATION_ID);
    if (correlation != null) {
      MDC.put("correlation_id", correlation);
    }
  }
}
