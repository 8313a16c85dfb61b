package io.weir.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.weir.gateway.pipeline.tool.ToolSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The YAML file of tools: a map with the one key {@code tools}, a list. All faults at once. */
record ToolsFile(List<ToolSpec> tools, List<Problem> problems) {
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());
  private static final Set<String> KEYS = Set.of("name", "description", "parameters", "timeout");
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(ms|s|m)");

  /** What is wrong: where, what stands there, and what belongs there. */
  record Problem(String where, String got, String wants) {}

  ToolsFile {
    tools = List.copyOf(tools);
    problems = List.copyOf(problems);
  }

  static ToolsFile parse(String yaml) {
    var problems = new ArrayList<Problem>();
    var tools = new ArrayList<ToolSpec>();
    JsonNode root;
    try {
      root = YAML.readTree(yaml);
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
      return new ToolsFile(
          List.of(), List.of(new Problem("line " + line, "no YAML", "a list under the key tools")));
    }
    if (root.size() != 1 || !root.path("tools").isArray()) {
      problems.add(new Problem("the file", "something else", "a list under the one key tools"));
    }
    var names = new HashSet<String>();
    for (JsonNode entry : root.path("tools")) {
      String where = "tools[" + names.size() + "]";
      String name = entry.path("name").asText();
      if (!ToolSpec.NAME.matcher(name).matches() || !names.add(name)) {
        problems.add(
            new Problem(
                where + ".name",
                "'" + name + "'",
                "a new name of 1 to 64 letters, digits, _ and -"));
        names.add(where);
      }
      tool(entry, where, name, problems).ifPresent(tools::add);
    }
    return new ToolsFile(problems.isEmpty() ? tools : List.of(), problems);
  }

  private static Optional<ToolSpec> tool(
      JsonNode entry, String where, String name, List<Problem> problems) {
    int before = problems.size();
    entry
        .fieldNames()
        .forEachRemaining(
            key -> {
              if (!KEYS.contains(key)) {
                problems.add(
                    new Problem(
                        where, "key " + key, "name, description, parameters and timeout only"));
              }
            });
    String description = entry.path("description").asText();
    if (description.isBlank()) {
      problems.add(
          new Problem(where + ".description", "missing", "what it does, for the model to read"));
    }
    JsonNode parameters = entry.path("parameters");
    if (!parameters.path("type").asText().equals("object")) {
      problems.add(
          new Problem(where + ".parameters", "no such schema", "a JSON schema of type object"));
    }
    Optional<Duration> timeout = timeout(entry.path("timeout").asText("30s"));
    if (timeout.isEmpty()) {
      problems.add(
          new Problem(
              where + ".timeout", entry.path("timeout").asText(), "1ms to 60m, such as 30s"));
    }
    return problems.size() == before && parameters instanceof ObjectNode schema
        ? Optional.of(new ToolSpec(name, description, schema, timeout.orElseThrow()))
        : Optional.empty();
  }

  private static Optional<Duration> timeout(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    Duration read =
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          default -> Duration.ofMinutes(amount);
        };
    return Optional.of(read)
        .filter(time -> time.isPositive() && time.compareTo(Duration.ofHours(1)) <= 0);
  }
}
