package io.weir.gateway.config;

import io.weir.gateway.config.ProviderConfig.Own;
import io.weir.gateway.config.ProvidersFile.Entry;
import io.weir.gateway.config.ProvidersFile.Field;
import io.weir.gateway.config.ProvidersFile.Problem;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes providers of the entries of their file, and tells each mistake with its line. */
final class ProviderEntries {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9_-]{0,62}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,126}");
  private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
  private static final Pattern VALUE = Pattern.compile("[ -~\\t]*");
  private static final Set<String> NOT_BY_HAND =
      Set.of(
          "authorization",
          "x-api-key",
          "x-goog-api-key",
          "host",
          "content-length",
          "content-type",
          "transfer-encoding",
          "connection",
          "accept",
          "accept-encoding");

  private final SettingsReader settings;
  private final String file;
  private final TimeOuts timeOuts;
  private final Set<String> names = new HashSet<>();

  ProviderEntries(SettingsReader settings, String file, TimeOuts timeOuts) {
    this.settings = settings;
    this.file = file;
    this.timeOuts = timeOuts;
  }

  List<ProviderConfig> read(ProvidersFile parsed) {
    parsed.problems().forEach(this::problem);
    var configs = new ArrayList<ProviderConfig>();
    for (Entry entry : parsed.entries()) {
      var values = new EntryValues(entry, this::problem);
      if (values.flag("enabled")) {
        provider(entry, values).ifPresent(configs::add);
      }
    }
    return configs;
  }

  private Optional<ProviderConfig> provider(Entry entry, EntryValues values) {
    Optional<ProviderKind> kind = kind(values);
    Optional<String> name = name(values, kind);
    keys(entry, kind);
    if (kind.isPresent() && !kind.get().remote()) {
      return name.map(
          offline ->
              ProviderConfig.plain(
                  offline,
                  kind.get(),
                  ProviderConfig.NOWHERE,
                  Optional.empty(),
                  Optional.empty(),
                  timeOuts,
                  List.of()));
    }
    Optional<URI> address = address(values, kind);
    Optional<String> keyName = values.text("api_key_env");
    Optional<Secret> key = keyName.flatMap(variable -> key(values, variable));
    TimeOuts own = values.timeOuts(timeOuts);
    var config =
        new ProviderConfig(
            name.orElse(""),
            kind.orElse(ProviderKind.OPENAI_COMPATIBLE),
            address.orElse(ProviderConfig.NOWHERE),
            keyName,
            key,
            headers(entry),
            own,
            models(entry),
            values.integer("max_concurrent", 1, 100_000),
            new Own(
                values.flag("stream_usage"),
                values.integer("max_tokens", 1, 1_000_000).orElse(Own.DEFAULT.maxTokens()),
                values.text("source"),
                values.text("branch"),
                values.duration("max_age", Own.DEFAULT.maxAge())));
    return name.isEmpty() || kind.isEmpty() || address.isEmpty()
        ? Optional.empty()
        : Optional.of(config);
  }

  private void keys(Entry entry, Optional<ProviderKind> kind) {
    ProviderKind allowing = kind.orElse(ProviderKind.OPENAI_COMPATIBLE);
    for (var field : entry.fields().entrySet()) {
      if (!allowing.keys().contains(field.getKey())) {
        problem(
            field.getValue().line(),
            "key " + field.getKey(),
            "one of " + String.join(", ", allowing.keys()));
      }
    }
  }

  private Optional<ProviderKind> kind(EntryValues values) {
    String known =
        String.join(
            ", ", java.util.Arrays.stream(ProviderKind.values()).map(ProviderKind::text).toList());
    Optional<String> text = values.required("kind", "kind: one of " + known);
    Optional<ProviderKind> kind = text.flatMap(ProviderKind::of);
    if (text.isPresent() && kind.isEmpty()) {
      problem(values.line("kind"), "kind " + text.get(), "one of " + known);
    }
    return kind;
  }

  private Optional<String> name(EntryValues values, Optional<ProviderKind> kind) {
    Optional<String> name =
        values.required("name", "name: lower-case letters, digits, - and _, such as openai");
    if (name.isEmpty()) {
      return name;
    }
    int line = values.line("name");
    boolean offline = kind.filter(k -> k == ProviderKind.OFFLINE).isPresent();
    if (!NAME.matcher(name.get()).matches()) {
      problem(line, "name " + name.get(), "lower-case letters, digits, - and _");
    } else if (offline != name.get().equals("offline") || name.get().equals("auto")) {
      problem(
          line,
          "name " + name.get(),
          offline
              ? "name: offline, as it is the only one of its kind"
              : "another name: auto and offline have their own meaning");
    } else if (!names.add(name.get())) {
      problem(line, "a second provider " + name.get(), "a name of its own for each provider");
    }
    return name;
  }

  private Optional<URI> address(EntryValues values, Optional<ProviderKind> kind) {
    Optional<URI> otherwise = kind.flatMap(ProviderKind::defaultBaseUrl);
    if (otherwise.isPresent() && !values.has("base_url")) {
      return otherwise;
    }
    Optional<String> text = values.required("base_url", "base_url: " + Providers.WANTS_ADDRESS);
    Optional<URI> address = text.flatMap(Providers::address);
    if (text.isPresent() && address.isEmpty()) {
      problem(
          values.line("base_url"),
          "base_url " + Providers.shown(text.get()),
          Providers.WANTS_ADDRESS);
    }
    return address;
  }

  private Optional<Secret> key(EntryValues values, String variable) {
    int line = values.line("api_key_env");
    if (!VARIABLE.matcher(variable).matches()) {
      // The value is not shown: this is where a key itself is pasted by mistake.
      problem(
          line,
          "an api_key_env that is no variable's name",
          "the name of the variable that holds the key, such as OPENAI_API_KEY");
      return Optional.empty();
    }
    Optional<Secret> key = settings.secret(variable, "key of a provider in " + Providers.FILE);
    if (key.isEmpty()) {
      problem(
          line,
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

  private Map<String, String> headers(Entry entry) {
    Field field = entry.fields().get("headers");
    if (field == null) {
      return Map.of();
    }
    if (!field.map()) {
      problem(
          field.line(), "headers " + field.text(), "a map such as {HTTP-Referer: https://my.app}");
    }
    field
        .entries()
        .forEach(
            (name, value) -> {
              boolean own = NOT_BY_HAND.contains(name.toLowerCase(java.util.Locale.ROOT));
              if (own || !HEADER.matcher(name).matches() || !VALUE.matcher(value).matches()) {
                // The value is not shown: it may be a key.
                problem(
                    field.line(),
                    "the header " + name,
                    own
                        ? "no header that the gateway sets itself; api_key_env names the key"
                        : "a header's name, and a value of printable ASCII");
              }
            });
    return field.entries();
  }

  private void problem(Problem problem) {
    problem(problem.line(), problem.got(), problem.wants());
  }

  private void problem(int line, String got, String wants) {
    settings.problem(Providers.FILE, file + " line " + line + ": " + got, wants);
  }
}
