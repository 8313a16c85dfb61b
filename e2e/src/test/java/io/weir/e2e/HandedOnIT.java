package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.HostEnvironment;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever starts the platform gives settings by their names, whichever service reads them. */
final class HandedOnIT {
  /** Where services listen, log and find each other, and that they do so on this machine alone. */
  private static final Set<String> DECIDED =
      Set.of(
          "ALLOW_UNAUTHENTICATED",
          "HTTP_HOST",
          "HTTP_PORT",
          "LOG_DIR",
          "MANAGEMENT_PORT",
          "SEARCH_URL");

  @ParameterizedTest
  @EnumSource
  void everySettingOfAServiceIsHandedOn(StackService service) throws Exception {
    Set<String> settings = settings(service);
    assertTrue(settings.size() > 20, settings.toString());
    var lost = new TreeSet<String>();
    for (String name : settings) {
      var config = StackConfig.of(Checkout.root(), new HostEnvironment(Map.of(name, "value")));
      if (!config.environment().containsKey(name) && !DECIDED.contains(name)) {
        lost.add(name);
      }
    }
    assertEquals(Set.of(), lost);
  }

  /** The first word of each line that lists one. */
  private static Set<String> settings(StackService service) throws Exception {
    String java = ProcessHandle.current().info().command().orElseThrow();
    Process process =
        new ProcessBuilder(List.of(java, "-jar", jar(service).toString(), "--print-config"))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String shown = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), shown);
    var names = new TreeSet<String>();
    shown
        .lines()
        .map(line -> line.split(" ", 2)[0])
        .filter(word -> word.matches("[A-Z][A-Z0-9_]+"))
        .forEach(names::add);
    return names;
  }

  private static Path jar(StackService service) throws IOException {
    Path app = Checkout.root().resolve(service.module()).resolve("target/app");
    try (Stream<Path> files = Files.list(app)) {
      return files.filter(file -> file.toString().endsWith(".jar")).findFirst().orElseThrow();
    }
  }
}
