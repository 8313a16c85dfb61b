package io.weir.messaging;

import java.util.Map;

/**
 * A request that waits for its answer.
 *
 * @param payload the decoded and validated message
 * @param subject the subject it came on
 * @param correlationId the id that finds all of one piece of work; may be empty
 * @param headers the message's headers, first values only
 */
public record Request<T>(
    T payload, String subject, String correlationId, Map<String, String> headers) {
  public Request {
    headers = Map.copyOf(headers);
  }
}
