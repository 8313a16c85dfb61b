package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A chat completion request as {@code POST /v1/messages} wants it.
 *
 * @param body UTF-8 JSON; not to be changed
 * @param jsonTool whether the answer is to be read from a tool that was added for it
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
public record MessagesRequest(byte[] body, boolean jsonTool) {
  /** The tool that makes an answer a JSON object, when no schema is given for it. */
  static final String JSON_TOOL = "json_answer";

  /** A request, or why it can't be put that way. */
  public sealed interface Result {
    record Translated(MessagesRequest request) implements Result {}

    record Refused(Failure failure) implements Result {}
  }

  /** Hints about storing, caching and watching calls: an answer is the same without them. */
  private static final Set<String> HINTS =
      Set.of(
          "stream_options", "metadata", "prediction", "prompt_cache_key", "prompt_cache_retention");

  /** What can be left out as long as it asks for nothing, and what asks for nothing. */
  private static final Map<String, Predicate<JsonNode>> NEUTRAL =
      Map.ofEntries(
          Map.entry("n", n -> n.asInt() == 1),
          Map.entry("logprobs", value -> !value.asBoolean()),
          Map.entry("top_logprobs", value -> value.asInt(1) == 0),
          Map.entry("frequency_penalty", value -> value.asDouble(1) == 0),
          Map.entry("presence_penalty", value -> value.asDouble(1) == 0),
          Map.entry("logit_bias", JsonNode::isEmpty),
          Map.entry("store", value -> !value.asBoolean(true)),
          Map.entry(
              "modalities", value -> value.size() == 1 && value.path(0).asText().equals("text")),
          Map.entry("service_tier", value -> Set.of("auto", "default").contains(value.asText())),
          Map.entry("verbosity", value -> value.asText().equals("medium")),
          Map.entry("audio", value -> false),
          Map.entry("seed", value -> false),
          Map.entry("functions", value -> false),
          Map.entry("function_call", value -> false),
          Map.entry("web_search_options", value -> false));

  private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");

  /**
   * Translates {@code request}.
   *
   * @param model as the provider names it
   * @param maxTokens the bound of an answer that has none of its own, since there has to be one
   */
  public static Result of(ChatRequest request, String model, int maxTokens) {
    try {
      return new Result.Translated(translate(request.tree(), request.stream(), model, maxTokens));
    } catch (RefusedException e) {
      return new Result.Refused(e.failure());
    }
  }

  private static MessagesRequest translate(
      ObjectNode chat, boolean stream, String model, int maxTokens) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    body.set("max_tokens", limit(chat, maxTokens));
    var messages = new MessagesList();
    messages.addAll(chat.path("messages"));
    messages.putInto(body);
    boolean jsonTool = false;
    for (Map.Entry<String, JsonNode> field : chat.properties()) {
      JsonNode value = field.getValue();
      if (value.isNull()) {
        continue;
      }
      switch (field.getKey()) {
        case "model", "messages", "stream", "max_tokens", "max_completion_tokens" -> {
          // Above.
        }
        case "tool_choice", "parallel_tool_calls" -> {
          // With the tools.
        }
        case "temperature" -> body.set("temperature", upToOne("temperature", value));
        case "top_p" -> body.set("top_p", upToOne("top_p", value));
        case "stop" -> body.set("stop_sequences", stop(value));
        case "tools" -> tools(chat, body);
        case "response_format" -> jsonTool = format(value, chat, body);
        case "thinking" -> thinking(value, chat, body);
        case "reasoning_effort" -> outputConfig(body).put("effort", effort(value));
        case "user", "safety_identifier" ->
            body.withObjectProperty("metadata").put("user_id", value.asText());
        default -> other(field.getKey(), value, body);
      }
    }
    if (stream) {
      body.put("stream", true);
    }
    return new MessagesRequest(Json.bytes(body), jsonTool);
  }

  private static void other(String name, JsonNode value, ObjectNode body) {
    Predicate<JsonNode> neutral = NEUTRAL.get(name);
    if (neutral != null && !neutral.test(value)) {
      String instead = name.startsWith("function") ? "; use tools instead" : "";
      throw new RefusedException(name, "Anthropic's models have nothing like it" + instead + ".");
    }
    if (neutral == null && !HINTS.contains(name)) {
      body.set(name, value); // such as top_k and thinking, which only Anthropic knows
    }
  }

  /**
   * Left out where it would be refused: in the middle of tools, without what was thought before.
   */
  private static void thinking(JsonNode value, ObjectNode chat, ObjectNode body) {
    boolean thinks = !value.path("type").asText().equals("disabled");
    if (thinks && chat.path("response_format").path("type").asText().equals("json_object")) {
      throw new RefusedException(
          "response_format",
          "json_object is a tool that has to be called, beside which Anthropic's models can't"
              + " think; use json_schema.");
    }
    if (!thinks || !Thoughts.areLost(chat.path("messages"))) {
      body.set("thinking", value);
    }
  }

  private static JsonNode limit(ObjectNode chat, int otherwise) {
    for (String field : new String[] {"max_completion_tokens", "max_tokens"}) {
      if (chat.hasNonNull(field)) {
        JsonNode limit = chat.path(field);
        if (!limit.isIntegralNumber() || limit.asLong() < 1) {
          throw new RefusedException(field, "expected a whole number from 1, got " + limit + ".");
        }
        return limit;
      }
    }
    return Json.MAPPER.getNodeFactory().numberNode(otherwise);
  }

  private static JsonNode upToOne(String field, JsonNode value) {
    if (!value.isNumber() || value.asDouble() < 0 || value.asDouble() > 1) {
      throw new RefusedException(
          field, "Anthropic's models take numbers from 0 to 1, got " + value + ".");
    }
    return value;
  }

  private static ArrayNode stop(JsonNode value) {
    ArrayNode words = Json.MAPPER.createArrayNode();
    for (JsonNode word : value.isArray() ? value : Json.MAPPER.createArrayNode().add(value)) {
      if (!word.isTextual() || word.asText().isEmpty()) {
        throw new RefusedException(
            "stop", "expected a text or a list of texts, none of them empty.");
      }
      words.add(word.asText());
    }
    return words;
  }

  private static String effort(JsonNode value) {
    if (!EFFORTS.contains(value.asText())) {
      throw new RefusedException(
          "reasoning_effort",
          "Anthropic's models know low, medium, high, xhigh and max, not " + value + ".");
    }
    return value.asText();
  }

  private static void tools(ObjectNode chat, ObjectNode body) {
    JsonNode tools = chat.path("tools");
    if (!tools.isArray()) {
      throw new RefusedException("tools", "expected a list of tools.");
    }
    if (tools.isEmpty()) {
      return;
    }
    ArrayNode translated = body.withArrayProperty("tools");
    for (int i = 0; i < tools.size(); i++) {
      translated.add(tool("tools[" + i + "]", tools.path(i)));
    }
    boolean parallel = chat.path("parallel_tool_calls").asBoolean(true);
    JsonNode choice = chat.path("tool_choice");
    if (chat.hasNonNull("tool_choice") || !parallel) {
      ObjectNode wanted = body.putObject("tool_choice");
      choice(choice, wanted);
      if (!parallel && !wanted.path("type").asText().equals("none")) {
        wanted.put("disable_parallel_tool_use", true);
      }
    }
  }

  private static JsonNode tool(String where, JsonNode tool) {
    String type = tool.path("type").asText("function");
    if (type.equals("custom")) {
      throw new RefusedException(
          where, "Anthropic's models call tools with JSON only, not with free text.");
    }
    if (!type.equals("function")) {
      return tool; // one that only Anthropic has, such as its web search
    }
    JsonNode function = tool.path("function");
    if (!function.path("name").isTextual()) {
      throw new RefusedException(where + ".function.name", "expected the tool's name.");
    }
    ObjectNode translated = Json.MAPPER.createObjectNode();
    translated.put("name", function.path("name").asText());
    if (function.hasNonNull("description")) {
      translated.set("description", function.path("description"));
    }
    if (function.path("parameters").isObject() && !function.path("parameters").isEmpty()) {
      translated.set("input_schema", function.path("parameters"));
    } else {
      translated.putObject("input_schema").put("type", "object").putObject("properties");
    }
    if (function.path("strict").asBoolean()) {
      translated.put("strict", true);
    }
    if (tool.has("cache_control")) {
      translated.set("cache_control", tool.path("cache_control"));
    }
    return translated;
  }

  private static void choice(JsonNode choice, ObjectNode wanted) {
    if (choice.isObject()) {
      JsonNode name = choice.path("function").path("name");
      if (!choice.path("type").asText().equals("function") || !name.isTextual()) {
        throw new RefusedException(
            "tool_choice", "expected auto, none, required or a function's name, got " + choice);
      }
      wanted.put("type", "tool").put("name", name.asText());
      return;
    }
    switch (choice.asText("auto")) {
      case "auto" -> wanted.put("type", "auto");
      case "none" -> wanted.put("type", "none");
      case "required" -> wanted.put("type", "any");
      default ->
          throw new RefusedException(
              "tool_choice", "expected auto, none, required or a function's name, got " + choice);
    }
  }

  /** Whether a tool was added for the answer. */
  private static boolean format(JsonNode format, ObjectNode chat, ObjectNode body) {
    return switch (format.path("type").asText()) {
      case "text" -> false;
      case "json_schema" -> {
        JsonNode schema = format.path("json_schema").path("schema");
        if (!schema.isObject()) {
          throw new RefusedException(
              "response_format.json_schema.schema", "expected a JSON schema as an object.");
        }
        ObjectNode wanted = outputConfig(body).putObject("format");
        wanted.put("type", "json_schema").set("schema", schema);
        yield false;
      }
      case "json_object" -> {
        if (!chat.path("tools").isEmpty()) {
          throw new RefusedException(
              "response_format",
              "json_object beside tools is more than Anthropic's models can do; use json_schema.");
        }
        ObjectNode tool = body.withArrayProperty("tools").addObject().put("name", JSON_TOOL);
        tool.put("description", "Gives the answer, as a JSON object.");
        tool.putObject("input_schema").put("type", "object").put("additionalProperties", true);
        body.putObject("tool_choice")
            .put("type", "tool")
            .put("name", JSON_TOOL)
            .put("disable_parallel_tool_use", true); // two objects would be no JSON
        yield true;
      }
      default ->
          throw new RefusedException(
              "response_format.type",
              "expected text, json_object or json_schema, got " + format.path("type") + ".");
    };
  }

  private static ObjectNode outputConfig(ObjectNode body) {
    return body.withObjectProperty("output_config");
  }
}
