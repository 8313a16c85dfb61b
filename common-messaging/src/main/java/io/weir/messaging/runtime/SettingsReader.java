package io.weir.messaging.runtime;

import io.weir.messaging.secret.Redaction;
import io.weir.messaging.secret.SecretScanner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads settings by name: the environment first, then the YAML file that {@code WEIR_CONFIG} names,
 * then the default. Problems are collected, so that {@link #check} reports all of them together; a
 * reading that failed returns its default meanwhile. Remembers what was read, for {@code
 * --print-config}. Not thread-safe; used once at start.
 */
public final class SettingsReader {
  private static final Pattern CREDENTIALS_IN_URL = Pattern.compile("//[^/@\\s]*@");

  private final Map<String, String> environment;
  private final Map<String, String> file;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, Setting> read = new LinkedHashMap<>();

  /**
   * One setting as it is in force.
   *
   * @param name the variable
   * @param value its effective value, masked where it is secret; empty when it is not set
   * @param origin {@code environment}, {@code file} or {@code default}
   * @param description what it does
   */
  public record Setting(String name, String value, String origin, String description) {}

  SettingsReader(Map<String, String> environment, Map<String, String> file) {
    this.environment = Map.copyOf(environment);
    this.file = Map.copyOf(file);
  }

  /** A reader of these variables and of the YAML file that their {@code WEIR_CONFIG} names. */
  public static SettingsReader of(Map<String, String> environment) {
    String path = environment.getOrDefault("WEIR_CONFIG", "");
    if (path.isEmpty()) {
      return new SettingsReader(environment, Map.of());
    }
    return new SettingsReader(environment, SettingsFile.read(Path.of(path)));
  }

  public String text(String name, String fallback, String description) {
    return value(name, fallback, fallback, description, Optional::of, "text");
  }

  /** A text that may be left out; empty when it is. */
  public Optional<String> optionalText(String name, String description) {
    String value = text(name, "", description);
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** One of {@code choices}, in any case. */
  public String choice(String name, String fallback, List<String> choices, String description) {
    return value(
        name,
        fallback,
        fallback,
        description,
        text ->
            choices.stream().filter(choice -> choice.equalsIgnoreCase(text.strip())).findFirst(),
        "one of " + String.join(", ", choices));
  }

  public boolean flag(String name, boolean fallback, String description) {
    return value(
        name,
        fallback,
        String.valueOf(fallback),
        description,
        text ->
            switch (text.strip().toLowerCase(Locale.ROOT)) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            },
        "true or false");
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String name, int fallback, int min, int max, String description) {
    return value(
        name,
        fallback,
        String.valueOf(fallback),
        description,
        text -> {
          try {
            int number = Integer.parseInt(text.strip());
            return number >= min && number <= max ? Optional.of(number) : Optional.empty();
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        },
        "a whole number from %d to %d".formatted(min, max));
  }

  /** A TCP port; 0 lets the system choose a free one. */
  public int port(String name, int fallback, String description) {
    return integer(name, fallback, 0, 65_535, description);
  }

  /** A duration with its unit, from {@code min} to {@code max}. */
  public Duration duration(
      String name, Duration fallback, Duration min, Duration max, String description) {
    return value(
        name,
        fallback,
        Units.show(fallback),
        description,
        text ->
            Units.duration(text)
                .filter(found -> found.compareTo(min) >= 0 && found.compareTo(max) <= 0),
        "a duration from %s to %s such as 500ms, 10s, 5m"
            .formatted(Units.show(min), Units.show(max)));
  }

  /** A size with its unit, in bytes. */
  public long bytes(String name, long fallback, long min, long max, String description) {
    return value(
        name,
        fallback,
        Units.showBytes(fallback),
        description,
        text -> Units.bytes(text).filter(found -> found >= min && found <= max),
        "a size from %s to %s such as 512KiB, 64MiB"
            .formatted(Units.showBytes(min), Units.showBytes(max)));
  }

  /**
   * A secret, from the variable itself or from the file that {@code <name>_FILE} names; empty when
   * neither is set.
   */
  public Optional<Secret> secret(String name, String description) {
    Optional<Secret> found = lookUp(name).map(Secret::new).or(() -> secretFile(name));
    read.put(
        name, new Setting(name, found.map(Secret::toString).orElse(""), origin(name), description));
    return found;
  }

  /** Notes that a value read before is wrong for a reason only the caller knows. */
  public void problem(String name, String got, String wants) {
    String problem = "%s: got \"%s\", wants %s".formatted(name, shown(name, got), wants);
    if (!problems.contains(problem)) { // two parts of a service may read the same setting
      problems.add(problem);
    }
  }

  /** What has been read so far, in reading order. */
  public List<Setting> settings() {
    return List.copyOf(read.values());
  }

  /**
   * Ends the reading.
   *
   * @throws InvalidSettingsException with every problem, if there was any
   */
  public void check() {
    var all = new ArrayList<>(problems);
    for (String key : file.keySet()) {
      if (!read.containsKey(key)) {
        all.add(
            "%s: no such setting%s (in the file of WEIR_CONFIG)"
                .formatted(
                    key,
                    Spelling.nearest(key, read.keySet())
                        .map(near -> ", did you mean " + near + "?")
                        .orElse("")));
      }
    }
    if (!all.isEmpty()) {
      throw new InvalidSettingsException(all);
    }
  }

  private <T> T value(
      String name,
      T fallback,
      String shownFallback,
      String description,
      Function<String, Optional<T>> parse,
      String wants) {
    Optional<String> text = lookUp(name);
    read.put(
        name,
        new Setting(name, shown(name, text.orElse(shownFallback)), origin(name), description));
    if (text.isEmpty()) {
      return fallback;
    }
    Optional<T> parsed = parse.apply(text.get());
    if (parsed.isEmpty()) {
      problem(name, text.get(), wants);
    }
    return parsed.orElse(fallback);
  }

  /** A value without what is secret in it, whatever setting it was given to. */
  private static String shown(String name, String value) {
    if (SecretScanner.isSecret(name, value)) {
      return Redaction.mask(3);
    }
    return Redaction.ofLog(CREDENTIALS_IN_URL.matcher(value).replaceAll("//***@"));
  }

  private Optional<String> lookUp(String name) {
    String set = environment.getOrDefault(name, "");
    return Optional.of(set.isEmpty() ? file.getOrDefault(name, "") : set).filter(s -> !s.isEmpty());
  }

  private String origin(String name) {
    if (!environment.getOrDefault(name, "").isEmpty()) {
      return "environment";
    }
    return file.containsKey(name) ? "file" : "default";
  }

  private Optional<Secret> secretFile(String name) {
    Optional<String> path = lookUp(name + "_FILE");
    if (path.isEmpty()) {
      return Optional.empty();
    }
    read.put(
        name + "_FILE",
        new Setting(name + "_FILE", path.get(), origin(name + "_FILE"), "file that holds " + name));
    try {
      return Optional.of(new Secret(Files.readString(Path.of(path.get())).strip()));
    } catch (IOException e) {
      problem(name + "_FILE", path.get(), "a readable file");
      return Optional.empty();
    }
  }
}
