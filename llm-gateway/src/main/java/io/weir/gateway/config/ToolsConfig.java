package io.weir.gateway.config;

import io.weir.gateway.pipeline.tool.ToolSpec;
import io.weir.messaging.runtime.SettingsReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The tools that the gateway offers to models.
 *
 * @param tools that requests may ask for; none as long as no file names any
 * @param rounds in which tools are executed for one request
 * @param argumentBytes most of one call
 * @param resultBytes most of one result; a longer one is cut
 */
public record ToolsConfig(List<ToolSpec> tools, int rounds, int argumentBytes, int resultBytes) {
  static final String FILE = "WEIR_TOOLS";

  public ToolsConfig {
    tools = List.copyOf(tools);
  }

  static ToolsConfig read(SettingsReader settings) {
    Optional<String> file =
        settings.optionalText(FILE, "YAML file of tools, as docs/llm-gateway.md shows");
    return new ToolsConfig(
        file.map(path -> fromFile(settings, path)).orElse(List.of()),
        settings.integer(
            "LLM_TOOL_ROUNDS", 8, 1, 100, "rounds in which tools are executed for one request"),
        bytes(settings, "LLM_TOOL_ARGUMENTS", "most bytes of the arguments of a tool"),
        bytes(settings, "LLM_TOOL_RESULT", "most bytes of a tool's result, which is cut there"));
  }

  private static int bytes(SettingsReader settings, String name, String what) {
    return (int) settings.bytes(name, 64L << 10, 256, 512L << 10, what);
  }

  private static List<ToolSpec> fromFile(SettingsReader settings, String file) {
    ToolsFile parsed;
    try {
      parsed = ToolsFile.parse(Files.readString(Path.of(file)));
    } catch (IOException e) {
      settings.problem(FILE, file, "a readable YAML file in UTF-8");
      return List.of();
    }
    for (ToolsFile.Problem problem : parsed.problems()) {
      settings.problem(
          FILE, "%s: %s is %s".formatted(file, problem.where(), problem.got()), problem.wants());
    }
    return parsed.tools();
  }
}
