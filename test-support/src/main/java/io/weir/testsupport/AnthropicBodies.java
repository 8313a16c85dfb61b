package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JSON bodies and events of Anthropic's Messages API for one request. */
final class AnthropicBodies implements Dialect {
  private static final int CHARACTERS_PER_TOKEN = 4;

  private final String id;
  private final JsonNode request;

  AnthropicBodies(String id, JsonNode request) {
    this.id = id;
    this.request = request;
  }

  @Override
  public boolean wantsStream() {
    return request.path("stream").asBoolean();
  }

  @Override
  public ObjectNode completion(Mood.Answer answer) {
    ObjectNode message = message(usage(answer.usage(), answer.text()), stopReason(answer));
    if (!answer.text().isEmpty()) {
      message.withArrayProperty("content").add(text(answer.text()));
    }
    return message;
  }

  @Override
  public ObjectNode completion(Mood.ToolCalls answer) {
    ObjectNode message = message(usage(Mood.Usage.ESTIMATED, arguments(answer)), "tool_use");
    for (Mood.ToolCall call : answer.calls()) {
      ObjectNode block = toolUse(call);
      block.set("input", json(call.arguments()));
      message.withArrayProperty("content").add(block);
    }
    return message;
  }

  @Override
  public List<String> frames(Mood.Answer answer) {
    ObjectNode usage = usage(answer.usage(), answer.text());
    List<String> frames = begin(usage);
    if (!answer.text().isEmpty()) {
      frames.add(blockStart(0, text("")));
      for (String piece : answer.text().split("(?<=\\s)", -1)) {
        if (!piece.isEmpty()) {
          frames.add(
              blockDelta(
                  0,
                  OpenAiBodies.JSON
                      .createObjectNode()
                      .put("type", "text_delta")
                      .put("text", piece)));
        }
      }
      frames.add(blockStop(0));
    }
    end(frames, usage, stopReason(answer));
    return frames;
  }

  @Override
  public List<String> frames(Mood.ToolCalls answer) {
    ObjectNode usage = usage(Mood.Usage.ESTIMATED, arguments(answer));
    List<String> frames = begin(usage);
    for (int i = 0; i < answer.calls().size(); i++) {
      Mood.ToolCall call = answer.calls().get(i);
      ObjectNode block = toolUse(call);
      block.putObject("input");
      frames.add(blockStart(i, block));
      // The real one begins with an empty piece and cuts anywhere, also within a JSON token.
      String arguments = call.arguments().equals("{}") ? "" : call.arguments();
      int half = arguments.length() / 2;
      for (String part : List.of("", arguments.substring(0, half), arguments.substring(half))) {
        frames.add(
            blockDelta(
                i,
                OpenAiBodies.JSON
                    .createObjectNode()
                    .put("type", "input_json_delta")
                    .put("partial_json", part)));
      }
      frames.add(blockStop(i));
    }
    end(frames, usage, "tool_use");
    return frames;
  }

  @Override
  public String end() {
    return frame(OpenAiBodies.JSON.createObjectNode().put("type", "message_stop"));
  }

  @Override
  public String errorFrame(String type, String message) {
    return frame(error(type, message));
  }

  @Override
  public ObjectNode error(int status, String message) {
    String type =
        switch (status) {
          case 400 -> "invalid_request_error";
          case 401 -> "authentication_error";
          case 403 -> "permission_error";
          case 404 -> "not_found_error";
          case 413 -> "request_too_large";
          case 429 -> "rate_limit_error";
          case 529 -> "overloaded_error";
          default -> "api_error";
        };
    return error(type, message);
  }

  @Override
  public ObjectNode wrongKey() {
    return error(401, "invalid x-api-key");
  }

  @Override
  public ObjectNode rateLimited(long seconds) {
    return error(429, "This request would exceed your rate limit; try again in " + seconds + " s.");
  }

  static ObjectNode models(List<String> ids) {
    ObjectNode body = OpenAiBodies.JSON.createObjectNode();
    ArrayNode data = body.putArray("data");
    for (String id : ids) {
      data.addObject()
          .put("type", "model")
          .put("id", id)
          .put("display_name", id)
          .put("created_at", "2026-01-01T00:00:00Z");
    }
    return body.put("has_more", false)
        .put("first_id", ids.getFirst())
        .put("last_id", ids.getLast());
  }

  static ObjectNode error(String type, String message) {
    ObjectNode body = OpenAiBodies.JSON.createObjectNode().put("type", "error");
    body.putObject("error").put("type", type).put("message", message);
    return body.put("request_id", "req_scripted");
  }

  private List<String> begin(ObjectNode usage) {
    List<String> frames = new ArrayList<>();
    ObjectNode soFar = usage.deepCopy().put("output_tokens", 1);
    ObjectNode start = OpenAiBodies.JSON.createObjectNode().put("type", "message_start");
    start.set("message", message(soFar, null));
    frames.add(frame(start));
    frames.add(frame(OpenAiBodies.JSON.createObjectNode().put("type", "ping")));
    return frames;
  }

  private static void end(List<String> frames, ObjectNode usage, String stopReason) {
    ObjectNode delta = OpenAiBodies.JSON.createObjectNode().put("type", "message_delta");
    delta.putObject("delta").put("stop_reason", stopReason).putNull("stop_sequence");
    delta.putObject("usage").set("output_tokens", usage.path("output_tokens"));
    frames.add(frame(delta));
  }

  private static String blockStart(int index, ObjectNode block) {
    ObjectNode event =
        OpenAiBodies.JSON.createObjectNode().put("type", "content_block_start").put("index", index);
    event.set("content_block", block);
    return frame(event);
  }

  private static String blockDelta(int index, ObjectNode delta) {
    ObjectNode event =
        OpenAiBodies.JSON.createObjectNode().put("type", "content_block_delta").put("index", index);
    event.set("delta", delta);
    return frame(event);
  }

  private static String blockStop(int index) {
    return frame(
        OpenAiBodies.JSON.createObjectNode().put("type", "content_block_stop").put("index", index));
  }

  private static String frame(ObjectNode event) {
    return "event: " + event.path("type").asText() + "\ndata: " + event + "\n\n";
  }

  private static ObjectNode text(String text) {
    return OpenAiBodies.JSON.createObjectNode().put("type", "text").put("text", text);
  }

  private static ObjectNode toolUse(Mood.ToolCall call) {
    return OpenAiBodies.JSON
        .createObjectNode()
        .put("type", "tool_use")
        .put("id", call.id())
        .put("name", call.name());
  }

  private ObjectNode message(ObjectNode usage, @Nullable String stopReason) {
    ObjectNode message =
        OpenAiBodies.JSON
            .createObjectNode()
            .put("id", id)
            .put("type", "message")
            .put("role", "assistant")
            .put("model", request.path("model").asText());
    message.putArray("content");
    message.put("stop_reason", stopReason).putNull("stop_sequence");
    message.set("usage", usage);
    return message;
  }

  private static String stopReason(Mood.Answer answer) {
    return switch (answer.finishReason()) {
      case "stop" -> "end_turn";
      case "length" -> "max_tokens";
      case "content_filter" -> "refusal";
      default -> answer.finishReason();
    };
  }

  private ObjectNode usage(Mood.Usage usage, String text) {
    boolean estimated = usage.equals(Mood.Usage.ESTIMATED);
    int prompt = estimated ? tokens(request.path("messages").toString()) : usage.promptTokens();
    return OpenAiBodies.JSON
        .createObjectNode()
        .put("input_tokens", prompt - usage.cachedTokens())
        .put("cache_creation_input_tokens", 0)
        .put("cache_read_input_tokens", usage.cachedTokens())
        .put("output_tokens", estimated ? tokens(text) : usage.completionTokens());
  }

  private static int tokens(String text) {
    return Math.max(1, Math.ceilDiv(text.length(), CHARACTERS_PER_TOKEN));
  }

  private static String arguments(Mood.ToolCalls answer) {
    return String.join("", answer.calls().stream().map(Mood.ToolCall::arguments).toList());
  }

  private static JsonNode json(String text) {
    try {
      return OpenAiBodies.JSON.readTree(text);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException("the script's arguments are no JSON: " + text, e);
    }
  }
}
