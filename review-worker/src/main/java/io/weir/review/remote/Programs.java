package io.weir.review.remote;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where programs are looked for. Fixed places: the PATH of whoever started the worker decides
 * nothing.
 */
final class Programs {
  private static final List<String> FOLDERS =
      List.of("/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin");

  /** The PATH that a linter's process gets. */
  static final String PATH = String.join(":", FOLDERS);

  private Programs() {}

  /** The program of that path, or of that bare name in one of the fixed folders. */
  static Optional<Path> find(String pathOrName) {
    if (pathOrName.contains("/")) {
      return Optional.of(Path.of(pathOrName)).filter(Files::isExecutable).map(Path::toAbsolutePath);
    }
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, pathOrName))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
