package io.weir.gateway.config;

import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The configured providers: those of the file that {@code WEIR_PROVIDERS} names; without one, one
 * for each of {@code OPENAI_API_KEY} (or {@code OPENAI_BASE_URL}), {@code ANTHROPIC_API_KEY} and
 * {@code GEMINI_API_KEY} that is set; else none.
 */
final class Providers {
  static final String FILE = "WEIR_PROVIDERS";
  static final String WANTS_ADDRESS =
      "an address such as https://host/v1, without credentials, query or fragment";

  private static final String OPENAI = "https://api.openai.com/v1";
  private static final URI GEMINI =
      URI.create("https://generativelanguage.googleapis.com/v1beta/openai");

  private Providers() {}

  static List<ProviderConfig> read(SettingsReader settings, TimeOuts timeOuts) {
    Optional<String> file =
        settings.optionalText(FILE, "YAML file of model providers, as docs/llm-gateway.md shows");
    List<ProviderConfig> simple = simple(settings, timeOuts);
    return file.map(path -> fromFile(settings, path, timeOuts)).orElse(simple);
  }

  private static List<ProviderConfig> simple(SettingsReader settings, TimeOuts timeOuts) {
    Optional<Secret> key = settings.secret("OPENAI_API_KEY", "key of the provider openai");
    Optional<String> base =
        settings.optionalText("OPENAI_BASE_URL", "address of the provider openai [" + OPENAI + "]");
    List<String> models =
        settings
            .optionalText("OPENAI_MODELS", "models of the provider openai, best first, by comma")
            .map(Providers::commaSeparated)
            .orElse(List.of());
    var configs = new ArrayList<ProviderConfig>();
    if (key.isPresent() || base.isPresent()) {
      address(base.orElse(OPENAI))
          .ifPresentOrElse(
              address ->
                  configs.add(
                      ProviderConfig.plain(
                          "openai",
                          ProviderKind.OPENAI_COMPATIBLE,
                          address,
                          key.map(k -> "OPENAI_API_KEY"),
                          key,
                          timeOuts,
                          models)),
              () -> settings.problem("OPENAI_BASE_URL", shown(base.orElse("")), WANTS_ADDRESS));
    }
    keyAlone(
            settings,
            "anthropic",
            ProviderKind.ANTHROPIC,
            ProviderKind.ANTHROPIC.defaultBaseUrl().orElseThrow(),
            "ANTHROPIC_API_KEY",
            timeOuts)
        .ifPresent(configs::add);
    keyAlone(settings, "gemini", ProviderKind.OPENAI_COMPATIBLE, GEMINI, "GEMINI_API_KEY", timeOuts)
        .ifPresent(configs::add);
    return configs;
  }

  private static Optional<ProviderConfig> keyAlone(
      SettingsReader settings,
      String name,
      ProviderKind kind,
      URI address,
      String variable,
      TimeOuts timeOuts) {
    Optional<Secret> key = settings.secret(variable, "key of the provider " + name);
    return key.map(
        found ->
            ProviderConfig.plain(
                name,
                kind,
                address,
                Optional.of(variable),
                Optional.of(found),
                timeOuts,
                List.of()));
  }

  private static List<ProviderConfig> fromFile(
      SettingsReader settings, String file, TimeOuts timeOuts) {
    ProvidersFile parsed;
    try {
      parsed = ProvidersFile.parse(Files.readString(Path.of(file)));
    } catch (IOException e) {
      settings.problem(FILE, file, "a readable YAML file in UTF-8");
      return List.of();
    }
    return new ProviderEntries(settings, file, timeOuts).read(parsed);
  }

  static Optional<URI> address(String text) {
    try {
      URI uri = URI.create(text.strip().replaceAll("/+$", ""));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return http
              && uri.getHost() != null
              && Stream.of(uri.getUserInfo(), uri.getQuery(), uri.getFragment())
                  .allMatch(part -> part == null)
          ? Optional.of(uri)
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  // A mistaken address may hold credentials.
  static String shown(String address) {
    return address.replaceAll("//[^/@]*@", "//***@").replaceAll("[?#].*", "?***");
  }

  private static List<String> commaSeparated(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
