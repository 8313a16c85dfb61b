package io.weir.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The variables that a file of providers names as those of their keys. */
final class ProviderKeys {
  private static final Pattern NAMED =
      Pattern.compile("(?m)^[^#\\n]*?\\bapi_key_env\\s*:\\s*[\"']?([A-Za-z_][A-Za-z0-9_]*)");

  private ProviderKeys() {}

  /** None when the file can't be read: the gateway, whose file it is, says so. */
  static Set<String> named(String file) {
    try {
      return NAMED
          .matcher(Files.readString(Path.of(file)))
          .results()
          .map(found -> found.group(1))
          .collect(Collectors.toSet());
    } catch (IOException | InvalidPathException e) {
      return Set.of();
    }
  }
}
