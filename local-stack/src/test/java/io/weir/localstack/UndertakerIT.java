package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndertakerIT {

  @TempDir Path directory;

  @Test
  void childrenOfAKilledJvmDieWithIt() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                directory.toString())
            .redirectError(Redirect.INHERIT)
            .start();
    List<ProcessHandle> children;
    try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      assertTrue(
          line != null && !line.isBlank(), "the parent must tell its children's process ids");
      children =
          Arrays.stream(line.split(" ", -1))
              .map(Long::valueOf)
              .map(pid -> ProcessHandle.of(pid).orElseThrow())
              .toList();
    } finally {
      parent.destroyForcibly().waitFor();
    }

    assertEquals(3, children.size());
    boolean gone =
        Polling.until(
            Duration.ofSeconds(15), () -> children.stream().noneMatch(UndertakerIT::lives));
    assertTrue(gone, "still alive: " + children.stream().filter(UndertakerIT::lives).toList());
  }

  @Test
  void aCloseEndsWhatIsStillRegisteredAndThenTheSidecar() throws Exception {
    Undertaker undertaker = Undertaker.start();
    ProcessHandle sidecar = ProcessHandle.of(undertaker.pid()).orElseThrow();
    ManagedProcess child = sleeper("forgotten", "exec sleep 60", directory, undertaker);

    undertaker.close();

    assertTrue(Polling.until(Duration.ofSeconds(5), () -> !child.isAlive()));
    assertTrue(Polling.until(Duration.ofSeconds(5), () -> !lives(sidecar)));
  }

  @Test
  void aStopKillsAlsoWhatTheProcessStarted() throws Exception {
    try (Undertaker undertaker = Undertaker.start()) {
      ManagedProcess parent =
          sleeper(
              "parent",
              "sleep 600 & sleep 600 & trap '' TERM; while :; do wait; done",
              directory,
              undertaker);
      ProcessHandle handle = ProcessHandle.of(parent.pid()).orElseThrow();
      assertTrue(Polling.until(Duration.ofSeconds(5), () -> handle.children().count() == 2));
      List<ProcessHandle> children = handle.children().toList();

      parent.stop(Duration.ofMillis(200));

      assertTrue(
          Polling.until(
              Duration.ofSeconds(5), () -> children.stream().noneMatch(UndertakerIT::lives)));
    }
  }

  // A machine whose process 1 does not collect orphans keeps them as zombies, which are dead but
  // still listed.
  private static boolean lives(ProcessHandle process) {
    if (!process.isAlive()) {
      return false;
    }
    try {
      String stat =
          java.nio.file.Files.readString(
              Path.of("/proc/" + process.pid() + "/stat"), StandardCharsets.UTF_8);
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (java.io.IOException e) {
      return process.isAlive();
    }
  }

  static ManagedProcess sleeper(String name, String script, Path directory, Undertaker undertaker) {
    return ManagedProcess.start(
        new Launch(
            name,
            List.of("/bin/sh", "-c", script),
            Map.of("PATH", "/usr/bin:/bin"),
            directory,
            directory.resolve(name + ".log")),
        undertaker);
  }

  /**
   * A JVM that starts a polite child, one that ignores SIGTERM, and a nats-server, and then waits
   * to be killed.
   */
  static final class Parent {

    private Parent() {}

    public static void main(String[] args) throws Exception {
      Path directory = Path.of(args[0]);
      Undertaker undertaker = Undertaker.start(Duration.ofSeconds(2));
      ManagedProcess polite = sleeper("polite", "exec sleep 600", directory, undertaker);
      ManagedProcess stubborn =
          sleeper("stubborn", "trap '' TERM; while :; do sleep 600; done", directory, undertaker);
      NatsServer nats =
          NatsServer.start(
              NatsServerOptions.in(directory.resolve("nats")).withUndertaker(undertaker));
      System.out.println(polite.pid() + " " + stubborn.pid() + " " + nats.pid());
      System.in.read();
    }
  }
}
