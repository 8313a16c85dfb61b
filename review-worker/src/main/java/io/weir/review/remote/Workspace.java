package io.weir.review.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder of one run: {@code code/} with the one file under a name of ours, and {@code home/}
 * for whatever the program wants to keep. Both are gone when it is closed.
 *
 * @param code the working folder
 * @param home stands in for the user's home
 */
record Workspace(Path root, Path code, Path home) implements AutoCloseable {

  /**
   * Makes a workspace whose {@code code/} holds {@code content} as {@code fileName}, byte for byte.
   */
  static Workspace with(String fileName, String content) throws IOException {
    Path root = Files.createTempDirectory("weir-lint-" + ProcessHandle.current().pid() + "-");
    var workspace =
        new Workspace(
            root,
            Files.createDirectory(root.resolve("code")),
            Files.createDirectory(root.resolve("home")));
    Files.write(workspace.code.resolve(fileName), content.getBytes(StandardCharsets.UTF_8));
    return workspace;
  }

  /** All that a linter gets to know of the environment. */
  Map<String, String> environment() {
    return Map.of(
        "PATH", Programs.PATH,
        "HOME", home.toString(),
        "TMPDIR", home.toString(),
        "LANG", "C.UTF-8",
        "PYTHONUTF8", "1",
        "PYTHONDONTWRITEBYTECODE", "1",
        "NO_COLOR", "1");
  }

  @Override
  public void close() throws IOException {
    List<Path> all;
    try (Stream<Path> tree = Files.walk(root)) {
      all = tree.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
