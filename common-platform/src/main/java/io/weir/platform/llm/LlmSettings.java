package io.weir.platform.llm;

import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Which model endpoint is called and how.
 *
 * @param baseUrl OpenAI-compatible base address, ending in {@code /v1}
 * @param apiKey sent as bearer token; may be left out for an endpoint that asks for none
 * @param model used by calls that name none; left out, the gateway chooses ({@code auto})
 * @param connectTimeout longest wait for a connection
 * @param timeout longest time of one attempt from its start to the whole answer
 * @param circuitOpenFor how long nothing is asked once the endpoint has kept failing
 */
public record LlmSettings(
    String baseUrl,
    Optional<Secret> apiKey,
    Optional<String> model,
    Duration connectTimeout,
    Duration timeout,
    Duration circuitOpenFor) {
  /**
   * Reads {@code LLM_BASE_URL} [http://127.0.0.1:3000/v1], {@code LLM_API_KEY}, {@code LLM_MODEL},
   * {@code LLM_CONNECT_TIMEOUT} [5 s], {@code LLM_TIMEOUT} [2 min] and {@code LLM_CIRCUIT_OPEN_FOR}
   * [30 s].
   */
  public static LlmSettings read(SettingsReader settings) {
    String baseUrl =
        settings.text(
            "LLM_BASE_URL",
            "http://127.0.0.1:3000/v1",
            "OpenAI-compatible endpoint: the gateway, or another one");
    if (!isHttp(baseUrl)) {
      settings.problem(
          "LLM_BASE_URL", baseUrl, "an http or https address such as http://127.0.0.1:3000/v1");
    }
    return new LlmSettings(
        baseUrl,
        settings.secret("LLM_API_KEY", "key for the model endpoint, where it asks for one"),
        settings.optionalText(
            "LLM_MODEL", "model that is asked for; empty lets the gateway choose"),
        settings.duration(
            "LLM_CONNECT_TIMEOUT",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "longest wait for a connection to the model endpoint"),
        settings.duration(
            "LLM_TIMEOUT",
            Duration.ofMinutes(2),
            Duration.ofSeconds(1),
            Duration.ofHours(1),
            "longest time of one model call"),
        settings.duration(
            "LLM_CIRCUIT_OPEN_FOR",
            Duration.ofSeconds(30),
            Duration.ofMillis(100),
            Duration.ofHours(1),
            "how long no model call is made after five in a row have failed"));
  }

  private static boolean isHttp(String address) {
    try {
      URI uri = new URI(address);
      return uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
