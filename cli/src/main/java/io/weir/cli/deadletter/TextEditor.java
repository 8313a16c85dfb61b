package io.weir.cli.deadletter;

import io.weir.localstack.HostEnvironment;
import io.weir.messaging.InvalidMessageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Lets a person change a text in the editor of their choice: {@code VISUAL}, {@code EDITOR}, vi.
 */
final class TextEditor {
  private final HostEnvironment host;

  TextEditor(HostEnvironment host) {
    this.host = host;
  }

  /**
   * The text as the person left it. Kept in a file that only they can read; it is removed unless
   * the editor fails.
   *
   * @param name of the file, for the person to see
   */
  String edit(String name, String text) throws IOException, InterruptedException {
    String editor = host.get("VISUAL").or(() -> host.get("EDITOR")).orElse("vi");
    Path folder = Files.createTempDirectory("weir-");
    Path file = folder.resolve(name + ".json");
    Files.writeString(file, text + "\n");
    // By a shell, since people set editors with arguments; the file is an argument, never parsed.
    Process process =
        new ProcessBuilder(List.of("sh", "-c", editor + " \"$1\"", "sh", file.toString()))
            .inheritIO()
            .start();
    if (process.waitFor() != 0) {
      throw new InvalidMessageException(
          "the editor %s failed; your text is in %s".formatted(editor, file));
    }
    String edited = Files.readString(file).strip();
    Files.delete(file);
    Files.delete(folder);
    return edited;
  }
}
