package io.weir.enricher.config;

import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;

/**
 * Where passages are searched for.
 *
 * @param url address of entity-worker, without a path
 * @param key what is shown there, where it asks for one
 * @param timeout longest wait for one answer
 */
public record SearchSettings(URI url, Optional<Secret> key, Duration timeout) {
  private static final String DEFAULT_URL = "http://127.0.0.1:8082";

  /**
   * Reads {@code SEARCH_URL} [http://127.0.0.1:8082], {@code SEARCH_API_KEY} and {@code
   * SEARCH_TIMEOUT} [5 s].
   */
  public static SearchSettings read(SettingsReader settings) {
    String address =
        settings.text("SEARCH_URL", DEFAULT_URL, "entity-worker, whose search gives the passages");
    URI url = URI.create(DEFAULT_URL);
    try {
      URI given = new URI(address);
      if (given.getHost() != null
          && ("http".equals(given.getScheme()) || "https".equals(given.getScheme()))) {
        url = given;
      } else {
        settings.problem("SEARCH_URL", address, "an address such as " + DEFAULT_URL);
      }
    } catch (URISyntaxException e) {
      settings.problem("SEARCH_URL", address, "an address such as " + DEFAULT_URL);
    }
    return new SearchSettings(
        url,
        settings.secret(
            "SEARCH_API_KEY", "key for the search, where it asks for one: search and any-user"),
        settings.duration(
            "SEARCH_TIMEOUT",
            Duration.ofSeconds(5),
            Duration.ofMillis(100),
            Duration.ofMinutes(1),
            "longest wait for one answer of the search"));
  }
}
