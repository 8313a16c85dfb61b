package io.weir.gateway.config;

import io.weir.gateway.config.ProvidersFile.Entry;
import io.weir.gateway.config.ProvidersFile.Field;
import io.weir.gateway.config.ProvidersFile.Problem;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The configured providers: those of the file that {@code WEIR_PROVIDERS} names; without one, a
 * provider {@code openai} when {@code OPENAI_API_KEY} or {@code OPENAI_BASE_URL} is set; else none.
 */
final class Providers {
  private static final String FILE = "WEIR_PROVIDERS";
  private static final String KIND = "openai-compatible";
  private static final Set<String> KEYS =
      Set.of("name", "kind", "base_url", "api_key_env", "models", "stream_usage", "enabled");
  private static final Set<String> RESERVED = Set.of("auto", "offline");
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,126}");

  private final SettingsReader settings;
  private final String file;
  private final Set<String> names = new HashSet<>();

  private Providers(SettingsReader settings, String file) {
    this.settings = settings;
    this.file = file;
  }

  static List<ProviderConfig> read(SettingsReader settings) {
    Optional<String> file =
        settings.optionalText(FILE, "YAML file of model providers, as docs/llm-gateway.md shows");
    Optional<Secret> key = settings.secret("OPENAI_API_KEY", "key of the provider openai");
    Optional<String> base =
        settings.optionalText(
            "OPENAI_BASE_URL", "address of the provider openai [https://api.openai.com/v1]");
    List<String> models =
        settings
            .optionalText("OPENAI_MODELS", "models of the provider openai, best first, by comma")
            .map(Providers::commaSeparated)
            .orElse(List.of());
    if (file.isPresent()) {
      return new Providers(settings, file.get()).fromFile();
    }
    if (key.isEmpty() && base.isEmpty()) {
      return List.of();
    }
    Optional<URI> address = address(base.orElse("https://api.openai.com/v1"));
    if (address.isEmpty()) {
      settings.problem("OPENAI_BASE_URL", shown(base.orElse("")), WANTS_ADDRESS);
      return List.of();
    }
    return List.of(
        new ProviderConfig(
            "openai", address.get(), key.map(k -> "OPENAI_API_KEY"), key, models, true));
  }

  private static final String WANTS_ADDRESS =
      "an address such as https://host/v1, without credentials, query or fragment";

  private List<ProviderConfig> fromFile() {
    ProvidersFile parsed;
    try {
      parsed = ProvidersFile.parse(Files.readString(Path.of(file)));
    } catch (IOException e) {
      settings.problem(FILE, file, "a readable YAML file in UTF-8");
      return List.of();
    }
    parsed.problems().forEach(this::problem);
    var configs = new ArrayList<ProviderConfig>();
    for (Entry entry : parsed.entries()) {
      if (flag(entry, "enabled")) {
        provider(entry).ifPresent(configs::add);
      }
    }
    return configs;
  }

  private Optional<ProviderConfig> provider(Entry entry) {
    for (var field : entry.fields().entrySet()) {
      if (!KEYS.contains(field.getKey())) {
        problem(
            field.getValue().line(),
            "key " + field.getKey(),
            "one of " + String.join(", ", KEYS.stream().sorted().toList()));
      }
    }
    Optional<String> name = name(entry);
    Optional<String> kind = required(entry, "kind", "kind: " + KIND).filter(k -> kind(entry, k));
    Optional<URI> address =
        required(entry, "base_url", "base_url: " + WANTS_ADDRESS)
            .flatMap(text -> address(entry, text));
    Optional<String> keyName =
        Optional.ofNullable(entry.fields().get("api_key_env")).map(Field::text);
    Optional<Secret> key = keyName.flatMap(variable -> key(entry, variable));
    boolean streamUsage = flag(entry, "stream_usage");
    List<String> models = models(entry);
    if (name.isEmpty() || kind.isEmpty() || address.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new ProviderConfig(name.get(), address.get(), keyName, key, models, streamUsage));
  }

  private Optional<String> name(Entry entry) {
    Optional<String> name =
        required(entry, "name", "name: lower-case letters, digits, - and _, such as openai");
    if (name.isEmpty()) {
      return name;
    }
    int line = line(entry, "name");
    if (!NAME.matcher(name.get()).matches()) {
      problem(line, "name " + name.get(), "lower-case letters, digits, - and _");
    } else if (RESERVED.contains(name.get())) {
      problem(line, "name " + name.get(), "another name: auto and offline have their own meaning");
    } else if (!names.add(name.get())) {
      problem(line, "a second provider " + name.get(), "a name of its own for each provider");
    }
    return name;
  }

  private boolean kind(Entry entry, String kind) {
    boolean known = kind.equals(KIND);
    if (!known) {
      problem(line(entry, "kind"), "kind " + kind, KIND);
    }
    return known;
  }

  private Optional<URI> address(Entry entry, String text) {
    Optional<URI> address = address(text);
    if (address.isEmpty()) {
      problem(line(entry, "base_url"), "base_url " + shown(text), WANTS_ADDRESS);
    }
    return address;
  }

  private Optional<Secret> key(Entry entry, String variable) {
    if (!VARIABLE.matcher(variable).matches()) {
      // The value is not shown: this is where a key itself is pasted by mistake.
      problem(
          line(entry, "api_key_env"),
          "an api_key_env that is no variable's name",
          "the name of the variable that holds the key, such as OPENAI_API_KEY");
      return Optional.empty();
    }
    Optional<Secret> key = settings.secret(variable, "key of a provider in " + FILE);
    if (key.isEmpty()) {
      problem(
          line(entry, "api_key_env"),
          "api_key_env " + variable + ", which is not set",
          "that variable to be set, or enabled: false");
    }
    return key;
  }

  private List<String> models(Entry entry) {
    Field field = entry.fields().get("models");
    if (field == null) {
      return List.of();
    }
    if (!field.list() || field.values().isEmpty()) {
      problem(field.line(), "models " + field.text(), "a list of names such as [small, large]");
    }
    return field.values().stream().filter(model -> !model.isBlank()).distinct().toList();
  }

  private boolean flag(Entry entry, String name) {
    Field field = entry.fields().get(name);
    String value = field == null ? "true" : field.text();
    if (!value.equals("true") && !value.equals("false")) {
      problem(line(entry, name), name + " " + value, "true or false");
    }
    return value.equals("true");
  }

  private Optional<String> required(Entry entry, String name, String wants) {
    Field field = entry.fields().get(name);
    if (field == null || field.list() || field.text().isBlank()) {
      int line = field == null ? entry.line() : field.line();
      problem(line, "a provider without " + name, wants);
      return Optional.empty();
    }
    return Optional.of(field.text());
  }

  private static int line(Entry entry, String name) {
    Field field = entry.fields().get(name);
    return field == null ? entry.line() : field.line();
  }

  private void problem(Problem problem) {
    problem(problem.line(), problem.got(), problem.wants());
  }

  private void problem(int line, String got, String wants) {
    settings.problem(FILE, file + " line " + line + ": " + got, wants);
  }

  private static Optional<URI> address(String text) {
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
  private static String shown(String address) {
    return address.replaceAll("//[^/@]*@", "//***@").replaceAll("[?#].*", "?***");
  }

  private static List<String> commaSeparated(String text) {
    return Stream.of(text.split(",", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }
}
