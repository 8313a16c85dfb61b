package io.weir.gateway.config;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a provider speaks, and with it what its entry in the file may say. */
@SuppressWarnings("ImmutableEnumChecker") // sets made by Set.of are immutable
public enum ProviderKind {
  OPENAI_COMPATIBLE("openai-compatible", null, Set.of("stream_usage")),
  ANTHROPIC("anthropic", "https://api.anthropic.com/v1", Set.of("max_tokens")),
  GOOGLE_JULES(
      "google-jules",
      "https://jules.googleapis.com/v1alpha",
      Set.of("source", "branch", "max_age")),
  OFFLINE("offline", null, Set.of());

  private static final Set<String> OF_ALL = Set.of("name", "kind", "enabled");
  private static final Set<String> OF_REMOTE =
      Set.of(
          "base_url",
          "api_key_env",
          "headers",
          "models",
          "max_concurrent",
          "connect_timeout",
          "first_byte_timeout",
          "idle_timeout",
          "total_timeout");

  private final String text;
  private final @Nullable String baseUrl;
  private final Set<String> own;

  ProviderKind(String text, @Nullable String baseUrl, Set<String> own) {
    this.text = text;
    this.baseUrl = baseUrl;
    this.own = own;
  }

  static Optional<ProviderKind> of(String text) {
    return Arrays.stream(values()).filter(kind -> kind.text.equals(text)).findFirst();
  }

  /** As it is written. */
  public String text() {
    return text;
  }

  /** Its address when the entry names none; empty when it has to. */
  Optional<URI> defaultBaseUrl() {
    return Optional.ofNullable(baseUrl).map(URI::create);
  }

  boolean remote() {
    return this != OFFLINE;
  }

  /** The keys of an entry, in alphabetical order. */
  Set<String> keys() {
    var keys = new TreeSet<>(OF_ALL);
    if (remote()) {
      keys.addAll(OF_REMOTE);
    }
    keys.addAll(own);
    return keys;
  }
}
