package io.weir.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Clients from the npm registry as {@code ./weir test} installs them: e2e/clients. */
final class NodeClients {
  private static final long PATIENCE_SECONDS = 180;

  private final Path home;
  private final Path work;

  /**
   * The installed clients.
   *
   * @param work an empty folder for what they write
   */
  NodeClients(Path work) {
    String given = System.getenv("WEIR_CLIENTS_HOME");
    this.home = given == null ? Checkout.root().resolve(".weir/tools/clients") : Path.of(given);
    this.work = work;
  }

  boolean installed() {
    return Files.isDirectory(home.resolve("node_modules"));
  }

  /** Runs all cases of one client; what each made of it, by the case's name. */
  Map<String, JsonNode> cases(String client, String baseUrl, String model)
      throws IOException, InterruptedException {
    String printed =
        run(List.of("node", home.resolve("run.mjs").toString(), client, baseUrl, model), Map.of());
    Map<String, JsonNode> results = new LinkedHashMap<>();
    printed
        .lines()
        .map(Api::json)
        .forEach(line -> results.put(line.path("name").asText(), line.path("result")));
    return results;
  }

  /** What GitHub's Copilot CLI prints for one prompt, with a model and key of one's own. */
  String copilot(String prompt, String baseUrl, String model)
      throws IOException, InterruptedException {
    return run(
        List.of(
            home.resolve("node_modules/.bin/copilot").toString(),
            "-s",
            "--allow-all-tools",
            "--disable-builtin-mcps",
            "--no-color",
            "-p",
            prompt),
        Map.of(
            "COPILOT_OFFLINE",
            "true",
            "COPILOT_HOME",
            work.resolve("copilot").toString(),
            "COPILOT_MODEL",
            model,
            "COPILOT_PROVIDER_BASE_URL",
            baseUrl,
            "COPILOT_PROVIDER_API_KEY",
            "sk-nobody"));
  }

  private String run(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path errors = Files.createTempFile(work, "client", ".err");
    Path output = Files.createTempFile(work, "client", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(work.toFile())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile());
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new AssertionError(
            "%s did not end well:%n%s%n%s"
                .formatted(command, Files.readString(output), Files.readString(errors)));
      }
      return Files.readString(output);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
