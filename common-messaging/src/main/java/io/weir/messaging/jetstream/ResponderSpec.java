package io.weir.messaging.jetstream;

import io.weir.messaging.Subject;
import io.weir.messaging.runtime.Version;
import java.util.regex.Pattern;

/**
 * A NATS micro service with one endpoint. Instances of the same name share the requests.
 *
 * @param name its name for discovery, {@code [A-Za-z0-9_-]+}
 * @param version a semantic version
 * @param description for a person who lists services
 * @param endpoint the endpoint's name in discovery and metrics, such as {@code nats_llm_request}
 * @param subject where requests come; must lie in no stream
 * @param concurrency most requests that are worked on at once; more are answered with 503
 */
public record ResponderSpec(
    String name,
    String version,
    String description,
    String endpoint,
    Subject subject,
    int concurrency) {
  private static final Pattern SEMANTIC =
      Pattern.compile("\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");

  public ResponderSpec {
    if (concurrency < 1 || concurrency > 100_000) {
      throw new IllegalArgumentException(
          "a responder works on 1 to 100000 requests at once, got " + concurrency);
    }
  }

  /** In the version of what runs, 64 requests at once. */
  public static ResponderSpec of(
      String name, String description, String endpoint, Subject subject) {
    String version = Version.current();
    return new ResponderSpec(
        name,
        SEMANTIC.matcher(version).matches() ? version : "0.0.0-" + version,
        description,
        endpoint,
        subject,
        64);
  }

  public ResponderSpec withConcurrency(int most) {
    return new ResponderSpec(name, version, description, endpoint, subject, most);
  }
}
