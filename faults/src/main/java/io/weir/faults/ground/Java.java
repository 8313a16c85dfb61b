package io.weir.faults.ground;

import io.weir.localstack.HostEnvironment;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Starts classes of this class path as processes of their own. Thread-safe. */
public final class Java {
  private final Path archives;
  private final Undertaker undertaker;

  /** By class, the process that is to write its archive. */
  private final Map<Class<?>, ManagedProcess> writers = new HashMap<>();

  /** Parsed classes are kept in {@code archives}, which halves the CPU time of the later starts. */
  public Java(Path archives, Undertaker undertaker) {
    this.archives = archives;
    this.undertaker = undertaker;
  }

  /**
   * Runs {@code main} with nothing but this environment; its output goes to a file of {@code
   * folder} that is named after it.
   */
  public synchronized ManagedProcess start(
      Class<?> main, Map<String, String> environment, List<String> arguments, Path folder) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xms32m",
            "-Xmx512m",
            "-Xlog:cds*=off,aot*=off",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    // Written by one process, when it ends: until then the others do without.
    Path archive = archives.resolve(main.getSimpleName() + ".jsa");
    ManagedProcess writer = writers.get(main);
    boolean archived = writer == null || !writer.isAlive();
    if (archived) {
      command.addAll(List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive));
    }
    command.addAll(List.of("-cp", jars(), main.getName()));
    command.addAll(arguments);
    ManagedProcess process =
        ManagedProcess.start(
            new Launch(
                main.getSimpleName(),
                command,
                HostEnvironment.current().cleanWith(environment),
                folder,
                folder.resolve(main.getSimpleName() + ".out")),
            undertaker);
    if (archived && !Files.exists(archive)) {
      writers.put(main, process);
    }
    return process;
  }

  /** Without the folder of test classes, which no process needs and archives do not take. */
  private static String jars() {
    String all =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Arrays.stream(all.split(File.pathSeparator, -1))
        .filter(entry -> !entry.endsWith("test-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
