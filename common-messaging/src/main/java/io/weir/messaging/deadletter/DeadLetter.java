package io.weir.messaging.deadletter;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;

/**
 * A message that no retry could help, as it was, with why.
 *
 * @param head what is known of it
 * @param payload its bytes, as they were
 */
public record DeadLetter(DeadLetterHead head, ByteString payload) {
  /** Its place in the dead-letter stream. */
  public long sequence() {
    return head.sequence();
  }

  /** Its name for life. */
  public long id() {
    return head.id();
  }

  public int revision() {
    return head.revision();
  }

  public String subject() {
    return head.subject();
  }

  public Map<String, List<String>> headers() {
    return head.headers();
  }

  public String stream() {
    return head.stream();
  }

  public String consumer() {
    return head.consumer();
  }

  public int attempts() {
    return head.attempts();
  }

  public String errorClass() {
    return head.errorClass();
  }

  public String error() {
    return head.error();
  }
}
