package io.weir.gateway.pipeline.tool;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * A tool that the gateway offers to models and has executed for them.
 *
 * @param name as models call it; names its subject too
 * @param description for the model: what it does, and when it is of use
 * @param parameters JSON schema of its arguments, an object
 * @param timeout longest wait for its result
 */
public record ToolSpec(String name, String description, ObjectNode parameters, Duration timeout) {
  /** Names that all providers take, and that may stand in a subject. */
  public static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  /** Longest wait for a result where nothing else is said. */
  public static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** As a request lists it. */
  ObjectNode listed() {
    ObjectNode tool = Json.MAPPER.createObjectNode().put("type", "function");
    ObjectNode function =
        tool.putObject("function").put("name", name).put("description", description);
    function.set("parameters", parameters.deepCopy());
    return tool;
  }
}
