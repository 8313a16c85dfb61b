package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The {@code weir} script where its JDK is missing, and its search for one. */
class WeirScriptIT {

  private static final Path ROOT = Path.of(System.getProperty("weir.root", "..")).toAbsolutePath();

  private record Ran(int exitCode, String output) {}

  @TempDir Path folder;

  private Path jdk(String place, String version) throws IOException {
    Path home = folder.resolve(place);
    Files.createDirectories(home.resolve("bin"));
    for (String program : new String[] {"java", "javac"}) {
      Files.writeString(home.resolve("bin").resolve(program), "#!/bin/sh\nexit 1\n");
      Files.setPosixFilePermissions(
          home.resolve("bin").resolve(program), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  /** Runs a line of shell with the functions of the script that find the JDK. */
  private Ran find(Map<String, String> environment) throws IOException, InterruptedException {
    String script =
        "fail() { printf '%s\\n' \"$@\"; exit 1; }; . cli/scripts/jdk.sh; find_jdk; echo \"$JAVA_HOME\"";
    return run(environment, "bash", "-euo", "pipefail", "-c", script);
  }

  private Ran run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>();
    // No java there, but all that the script needs.
    all.put("PATH", "/nowhere");
    all.put("HOME", folder.toString());
    all.put("WEIR_HOME", folder.resolve("home").toString());
    all.put("WEIR_JDK_PLACES", folder.resolve("places").toString());
    all.putAll(environment);
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : new String[] {"bash", "sed", "cat", "dirname", "head"}) {
      Path link = tools.resolve(tool);
      if (!Files.exists(link)) {
        Files.createSymbolicLink(link, program(tool));
      }
    }
    all.put("PATH", tools + ":" + all.get("PATH"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(ROOT.toFile());
    builder.environment().clear();
    builder.environment().putAll(all);
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ran(process.waitFor(), output);
  }

  private static Path program(String name) {
    for (String place : new String[] {"/usr/bin", "/bin"}) {
      if (Files.isExecutable(Path.of(place, name))) {
        return Path.of(place, name);
      }
    }
    throw new IllegalStateException(name + " is needed for this test");
  }

  @Test
  void withoutAnyJdkItSaysWhatToInstallAndEndsWithOne() throws Exception {
    Ran ran = run(Map.of(), "./weir", "build");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.output().contains("a JDK 25 is needed"), ran.output());
    assertTrue(ran.output().contains("apt-get install"), ran.output());
    assertTrue(ran.output().contains("brew install"), ran.output());
  }

  @Test
  void anOlderJdkIsNamedWithItsVersionInTheRefusal() throws Exception {
    Path old = jdk("places/old", "17.0.15");
    Ran ran = run(Map.of("JAVA_HOME", old.toString()), "./weir", "build");
    assertEquals(1, ran.exitCode());
    assertTrue(ran.output().contains(old + " is 17"), ran.output());
  }

  @Test
  void theOneInJavaHomeIsPreferredToOthers() throws Exception {
    jdk("places/other", "25.0.1");
    Path own = jdk("own", "25");
    assertEquals(own.toString(), find(Map.of("JAVA_HOME", own.toString())).output());
  }

  @Test
  void anOldJavaHomeIsPassedOverForARightOneElsewhere() throws Exception {
    Path right = jdk("places/right", "25.0.3");
    Path old = jdk("old", "1.8.0_392");
    assertEquals(right.toString(), find(Map.of("JAVA_HOME", old.toString())).output());
  }

  @Test
  void aBundleOfMacOsIsLookedInto() throws Exception {
    Path inside = jdk("places/temurin-25.jdk/Contents/Home", "25.0.2");
    assertEquals(inside.toString(), find(Map.of()).output());
  }

  @Test
  void aRuntimeWithoutCompilerIsNoJdk() throws Exception {
    Path runtime = jdk("places/jre", "25.0.2");
    Files.delete(runtime.resolve("bin/javac"));
    assertEquals(1, find(Map.of()).exitCode());
  }

  @Test
  void aCommandThatDoesNotExistIsRefusedBeforeAnythingIsBuilt() throws Exception {
    Ran ran = run(Map.of(), "./weir", "dmeo");
    assertEquals(2, ran.exitCode());
    assertEquals("weir: there is no command \"dmeo\". ./weir lists them.", ran.output());
  }

  @Test
  void helpNeedsNoJdk() throws Exception {
    Ran ran = run(Map.of(), "./weir");
    assertEquals(0, ran.exitCode());
    assertTrue(ran.output().contains("usage: ./weir <command>"), ran.output());
  }

  @Test
  void everyCommandOfTheScriptItselfIsListedAndExplainsItselfWithoutAJdk() throws Exception {
    String listed = run(Map.of(), "./weir").output();
    for (String command : new String[] {"build", "test", "bench", "format", "tools"}) {
      Ran ran = run(Map.of(), "./weir", command, "--help");
      assertEquals(0, ran.exitCode(), ran.output());
      assertTrue(ran.output().startsWith("usage: ./weir " + command), ran.output());
      assertTrue(listed.contains("\n  " + command + " "), listed);
    }
  }
}
