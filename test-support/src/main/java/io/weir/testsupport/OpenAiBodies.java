package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * The JSON bodies of the OpenAI protocol for one request: chat answers, stream chunks, errors,
 * models and embeddings.
 */
final class OpenAiBodies implements Dialect {

  static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHARACTERS_PER_TOKEN = 4;
  private static final int DIMENSIONS = 64;

  private final String id;
  private final long created;
  private final JsonNode request;

  OpenAiBodies(String id, long created, JsonNode request) {
    this.id = id;
    this.created = created;
    this.request = request;
  }

  @Override
  public boolean wantsStream() {
    return request.path("stream").asBoolean();
  }

  private boolean wantsUsage() {
    return request.path("stream_options").path("include_usage").asBoolean();
  }

  @Override
  public ObjectNode completion(Mood.Answer answer) {
    ObjectNode message =
        JSON.createObjectNode().put("role", "assistant").put("content", answer.text());
    message.putNull("refusal");
    return completion(message, answer.finishReason(), usage(answer.usage(), answer.text()));
  }

  @Override
  public ObjectNode completion(Mood.ToolCalls answer) {
    ObjectNode message = JSON.createObjectNode().put("role", "assistant");
    message.putNull("content");
    ArrayNode calls = message.putArray("tool_calls");
    StringBuilder arguments = new StringBuilder();
    for (Mood.ToolCall call : answer.calls()) {
      ObjectNode function =
          calls.addObject().put("id", call.id()).put("type", "function").putObject("function");
      function.put("name", call.name()).put("arguments", call.arguments());
      arguments.append(call.arguments());
    }
    return completion(message, "tool_calls", usage(Mood.Usage.ESTIMATED, arguments.toString()));
  }

  private ObjectNode completion(ObjectNode message, String finishReason, ObjectNode usage) {
    ObjectNode body = head("chat.completion");
    ObjectNode choice = body.putArray("choices").addObject().put("index", 0);
    choice.set("message", message);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    body.set("usage", usage);
    return body;
  }

  /** The events of a stream in order, without the final {@code [DONE]}. */
  private List<String> events(Mood.Answer answer) {
    List<String> events = new ArrayList<>();
    events.add(chunk(JSON.createObjectNode().put("role", "assistant").put("content", ""), null));
    for (String piece : answer.text().split("(?<=\\s)", -1)) {
      if (!piece.isEmpty()) {
        events.add(chunk(JSON.createObjectNode().put("content", piece), null));
      }
    }
    events.add(chunk(JSON.createObjectNode(), answer.finishReason()));
    addUsage(events, usage(answer.usage(), answer.text()));
    return events;
  }

  private List<String> events(Mood.ToolCalls answer) {
    List<String> events = new ArrayList<>();
    ObjectNode first = JSON.createObjectNode().put("role", "assistant");
    first.putNull("content");
    events.add(chunk(first, null));
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < answer.calls().size(); i++) {
      Mood.ToolCall call = answer.calls().get(i);
      ObjectNode opening = JSON.createObjectNode();
      ObjectNode begun = opening.putArray("tool_calls").addObject().put("index", i);
      begun.put("id", call.id()).put("type", "function");
      begun.putObject("function").put("name", call.name()).put("arguments", "");
      events.add(chunk(opening, null));
      // Real upstreams cut arguments anywhere, also within a JSON token.
      int half = call.arguments().length() / 2;
      for (String part :
          List.of(call.arguments().substring(0, half), call.arguments().substring(half))) {
        ObjectNode delta = JSON.createObjectNode();
        delta
            .putArray("tool_calls")
            .addObject()
            .put("index", i)
            .putObject("function")
            .put("arguments", part);
        events.add(chunk(delta, null));
      }
      all.append(call.arguments());
    }
    events.add(chunk(JSON.createObjectNode(), "tool_calls"));
    addUsage(events, usage(Mood.Usage.ESTIMATED, all.toString()));
    return events;
  }

  @Override
  public List<String> frames(Mood.Answer answer) {
    return events(answer).stream().map(OpenAiBodies::frame).toList();
  }

  @Override
  public List<String> frames(Mood.ToolCalls answer) {
    return events(answer).stream().map(OpenAiBodies::frame).toList();
  }

  @Override
  public String end() {
    return frame("[DONE]");
  }

  @Override
  public String errorFrame(String type, String message) {
    return frame(error(message, type, type).toString());
  }

  @Override
  public ObjectNode error(int status, String message) {
    String type = status >= 500 ? "server_error" : "invalid_request_error";
    return error(message, type, type);
  }

  @Override
  public ObjectNode wrongKey() {
    return error("Incorrect API key provided.", "invalid_request_error", "invalid_api_key");
  }

  @Override
  public ObjectNode rateLimited(long seconds) {
    return error(
        "Rate limit reached, try again in " + seconds + "s.", "requests", "rate_limit_exceeded");
  }

  private static String frame(String data) {
    return "data: " + data + "\n\n";
  }

  private void addUsage(List<String> events, ObjectNode usage) {
    if (wantsUsage()) {
      ObjectNode last = head("chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage);
      events.add(last.toString());
    }
  }

  private String chunk(ObjectNode delta, @org.jspecify.annotations.Nullable String finishReason) {
    ObjectNode chunk = head("chat.completion.chunk");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.set("delta", delta);
    choice.putNull("logprobs").put("finish_reason", finishReason);
    if (wantsUsage()) {
      chunk.putNull("usage");
    }
    return chunk.toString();
  }

  private ObjectNode head(String object) {
    ObjectNode head =
        JSON.createObjectNode().put("id", id).put("object", object).put("created", created);
    return head.put("model", request.path("model").asText("scripted"));
  }

  private ObjectNode usage(Mood.Usage usage, String text) {
    boolean estimated = usage.equals(Mood.Usage.ESTIMATED);
    int prompt = estimated ? tokens(request.path("messages").toString()) : usage.promptTokens();
    int completion = estimated ? tokens(text) : usage.completionTokens();
    ObjectNode json =
        JSON.createObjectNode()
            .put("prompt_tokens", prompt)
            .put("completion_tokens", completion)
            .put("total_tokens", prompt + completion);
    if (usage.cachedTokens() > 0) {
      json.putObject("prompt_tokens_details").put("cached_tokens", usage.cachedTokens());
    }
    return json;
  }

  private static int tokens(String text) {
    return Math.max(1, Math.ceilDiv(text.length(), CHARACTERS_PER_TOKEN));
  }

  static ObjectNode error(String message, String type, String code) {
    ObjectNode body = JSON.createObjectNode();
    ObjectNode error = body.putObject("error").put("message", message).put("type", type);
    error.putNull("param").put("code", code);
    return body;
  }

  static ObjectNode models(List<String> ids) {
    ObjectNode body = JSON.createObjectNode().put("object", "list");
    ArrayNode data = body.putArray("data");
    ids.forEach(id -> data.add(model(id)));
    return body;
  }

  static ObjectNode model(String id) {
    return JSON.createObjectNode()
        .put("id", id)
        .put("object", "model")
        .put("created", 1_700_000_000L)
        .put("owned_by", "scripted");
  }

  ObjectNode embeddings() {
    ObjectNode body = JSON.createObjectNode().put("object", "list");
    body.put("model", request.path("model").asText("scripted-embedding"));
    ArrayNode data = body.putArray("data");
    JsonNode input = request.path("input");
    List<String> texts = new ArrayList<>();
    if (input.isArray()) {
      input.forEach(text -> texts.add(text.asText()));
    } else {
      texts.add(input.asText());
    }
    int dimensions = request.path("dimensions").asInt(DIMENSIONS);
    boolean base64 = request.path("encoding_format").asText().equals("base64");
    int tokens = 0;
    for (int i = 0; i < texts.size(); i++) {
      ObjectNode item = data.addObject().put("object", "embedding").put("index", i);
      float[] vector = vector(texts.get(i), dimensions);
      if (base64) {
        ByteBuffer bytes =
            ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        item.put("embedding", Base64.getEncoder().encodeToString(bytes.array()));
      } else {
        ArrayNode numbers = item.putArray("embedding");
        for (float number : vector) {
          numbers.add(number);
        }
      }
      tokens += tokens(texts.get(i));
    }
    body.putObject("usage").put("prompt_tokens", tokens).put("total_tokens", tokens);
    return body;
  }

  /**
   * Words hashed into a unit vector: the same text gives the same vector, shared words give
   * nearness.
   */
  private static float[] vector(String text, int dimensions) {
    float[] vector = new float[dimensions];
    for (String word : text.toLowerCase(java.util.Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
      vector[Math.floorMod(word.hashCode() * 0x9E3779B9, dimensions)] += 1;
    }
    double length = 0;
    for (float number : vector) {
      length += number * number;
    }
    for (int i = 0; i < dimensions; i++) {
      vector[i] = (float) (vector[i] / Math.sqrt(length));
    }
    return vector;
  }
}
