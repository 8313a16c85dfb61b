package io.weir.platform.contract;

import java.util.Optional;

/**
 * One way into a service over HTTP.
 *
 * @param service the module that has it: {@code review-worker}
 * @param pattern its path: {@code /jobs/{id}}; {@code {+id}} takes slashes too
 * @param endpoint its name in metrics, logs and limits; once a service and method
 * @param scope what a caller must have; empty for a route that is open to everybody
 * @param shape how its errors look
 */
public record RouteSpec(
    String service,
    Method method,
    String pattern,
    String endpoint,
    Optional<Scope> scope,
    Shape shape) {

  /** The methods in use. */
  public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    DELETE
  }

  /** The shapes of errors. */
  public enum Shape {
    /** As OpenAI's API has them; clients of it read nothing else. */
    OPENAI,
    /** RFC 9457, {@code application/problem+json}. */
    PROBLEM
  }

  /** Whether nothing has to be shown to use it. */
  public boolean isPublic() {
    return scope.isEmpty();
  }

  @Override
  public String toString() {
    return "%s %s of %s".formatted(method, pattern, service);
  }
}
