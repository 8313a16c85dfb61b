package io.weir.localstack;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A built module of the checkout that can be run: a thin jar in {@code target/app} with its
 * libraries in {@code lib/} beside it.
 */
public record JavaApp(String module, Path jar) {

  // Laptop settings: four small heaps on a machine that does other things too. An exhausted heap
  // ends the process, because a
  // half-dead one neither works nor is restarted.
  private static final List<String> JVM_FLAGS =
      List.of(
          "-XX:+UseSerialGC",
          "-XX:+ExitOnOutOfMemoryError",
          "-Xshare:auto",
          "-XX:+AutoCreateSharedArchive",
          // A class archive that does not fit any more is replaced; nobody needs to read of it.
          "-Xlog:cds*=off,aot*=off",
          // Native access is allowed by the jars' manifests: as an option it would switch off a
          // part of the class archive.
          "--sun-misc-unsafe-memory-access=allow");

  /**
   * Finds {@code <root>/<module>/target/app/<module>-*.jar}; throws {@link StackException} when it
   * was not built.
   */
  public static JavaApp find(Path root, String module) {
    Path directory = root.resolve(module).resolve("target").resolve("app");
    List<Path> jars = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, module + "-*.jar")) {
        found.forEach(jars::add);
      } catch (IOException e) {
        throw new StackException("Could not read " + directory + ": " + e.getMessage(), e);
      }
    }
    if (jars.size() != 1) {
      throw new StackException(
          "Expected one %s-*.jar in %s but found %d. Build first: ./weir build"
              .formatted(module, directory, jars.size()));
    }
    return new JavaApp(module, jars.getFirst().toAbsolutePath());
  }

  /**
   * The command line that runs it with the Java of this process, a heap of so many MiB, and these
   * arguments.
   */
  public List<String> command(int heapMebibytes, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM_FLAGS);
    // Without a small start the JVM commits the whole heap of a machine with much memory at once.
    command.add("-Xms32m");
    command.add("-Xmx" + heapMebibytes + "m");
    // Parsed classes, kept beside the jar: halves the CPU time of a start. The JVM writes it when
    // the first process of a new
    // build ends in order, which takes that one end some seconds more, and ignores it when a jar
    // has changed.
    command.add("-XX:SharedArchiveFile=" + jar.resolveSibling(module + ".jsa"));
    command.add("-jar");
    command.add(jar.toString());
    command.addAll(arguments);
    return command;
  }
}
