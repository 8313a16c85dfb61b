package io.weir.review.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs that read hostile input: bounded in time, output and, where the shell can, memory;
 * nothing of this process's environment reaches them, and at the end none of their children is
 * left. Safe for concurrent use.
 *
 * @param timeOut after which the whole process tree is killed
 * @param mostOutput bytes that the program may write to its output or a file; more ends the run
 * @param mostMemory bytes of address space, 0 for no limit (Node reserves far more than it uses)
 */
record BoundedProcess(Duration timeOut, int mostOutput, long mostMemory) {
  private static final int MOST_ERROR_OUTPUT = 2_000;
  private static final int FILE_BLOCK = 512;
  // CPU seconds end the program even when this process was killed and can't; the limits are best
  // effort by design.
  private static final String LIMITED =
      """
      ulimit -t "$1" 2>/dev/null
      ulimit -f "$2" 2>/dev/null
      [ "$3" = 0 ] || ulimit -v "$3" 2>/dev/null
      ulimit -c 0 2>/dev/null
      shift 3
      exec "$@"
      """;

  /** How a run ended. */
  sealed interface Run {
    record Finished(int exitCode, String output, String errors) implements Run {}

    record TimedOut(Duration after) implements Run {}

    /** It wrote more than allowed. */
    record TooMuchOutput(int limit) implements Run {}
  }

  /**
   * Runs {@code command} in the workspace's code folder, with its environment and nothing else of
   * ours. Output goes to files: a child that outlives the program can't hold a pipe open.
   *
   * @throws IOException when the program can't be started
   */
  Run run(List<String> command, Workspace workspace) throws IOException, InterruptedException {
    Path output = workspace.root().resolve("output");
    Path errors = workspace.root().resolve("errors");
    Process process = start(command, workspace, output, errors);
    try {
      process.getOutputStream().close();
      if (!process.waitFor(timeOut.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Run.TimedOut(timeOut);
      }
    } finally {
      killTree(process);
    }
    return Files.size(output) > mostOutput
        ? new Run.TooMuchOutput(mostOutput)
        : new Run.Finished(
            process.exitValue(), text(output, mostOutput), text(errors, MOST_ERROR_OUTPUT));
  }

  private Process start(List<String> command, Workspace workspace, Path output, Path errors)
      throws IOException {
    var limited = new ArrayList<String>(List.of("/bin/sh", "-c", LIMITED, "sh"));
    limited.add(Long.toString(Math.max(1, timeOut.toSeconds()) * 2));
    limited.add(Long.toString(mostOutput / FILE_BLOCK + 1));
    limited.add(Long.toString(mostMemory / 1024));
    limited.addAll(command);
    var builder =
        new ProcessBuilder(limited)
            .directory(workspace.code().toFile())
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().clear();
    builder.environment().putAll(workspace.environment());
    return builder.start();
  }

  private static String text(Path file, int most) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(most), StandardCharsets.UTF_8);
    }
  }

  // Children first: once the parent is gone they are nobody's descendants any more.
  private static void killTree(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
