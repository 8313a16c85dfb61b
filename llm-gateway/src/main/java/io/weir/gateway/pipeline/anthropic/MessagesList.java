package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import java.util.Optional;

/**
 * A conversation in Anthropic's form: system prompts apart from the turns, which alternate between
 * user and assistant, with the results of tools in the user's.
 */
final class MessagesList {
  private final ArrayNode system = Json.MAPPER.createArrayNode();
  private final ArrayNode turns = Json.MAPPER.createArrayNode();

  void putInto(ObjectNode body) {
    if (turns.isEmpty()) {
      throw new RefusedException("messages", "Anthropic's models need a message of a user.");
    }
    if (!system.isEmpty()) {
      body.set("system", system);
    }
    body.set("messages", turns);
  }

  void addAll(JsonNode messages) {
    for (int i = 0; i < messages.size(); i++) {
      add("messages[" + i + "]", messages.path(i));
    }
  }

  private void add(String where, JsonNode message) {
    JsonNode content = message.path("content");
    switch (message.path("role").asText()) {
      case "system", "developer" -> texts(where + ".content", content, system);
      case "user" -> user(where + ".content", content);
      case "assistant" -> assistant(where, message);
      case "tool" -> toolResult(where, message);
      default ->
          throw new RefusedException(
              where + ".role",
              "expected system, developer, user, assistant or tool, got "
                  + message.path("role")
                  + ".");
    }
  }

  private void user(String where, JsonNode content) {
    ArrayNode blocks = turn("user");
    int before = blocks.size();
    if (content.isTextual()) {
      text(content, blocks);
    } else {
      for (int i = 0; i < content.size(); i++) {
        part(where + "[" + i + "]", content.path(i), blocks);
      }
    }
    if (blocks.size() == before) {
      throw new RefusedException(where, "expected a text or a list of parts that is not empty.");
    }
  }

  private void part(String where, JsonNode part, ArrayNode blocks) {
    switch (part.path("type").asText()) {
      case "text" -> text(part.path("text"), blocks).ifPresent(block -> cached(part, block));
      case "image_url" -> {
        ObjectNode block = blocks.addObject().put("type", "image");
        String param = where + ".image_url.url";
        MediaSource.image(param, part.path("image_url").path("url").asText())
            .putInto(block.putObject("source"));
        cached(part, block);
      }
      case "file" -> {
        ObjectNode block = blocks.addObject().put("type", "document");
        String param = where + ".file.file_data";
        MediaSource.document(param, part.path("file").path("file_data").asText())
            .putInto(block.putObject("source"));
        if (part.path("file").hasNonNull("filename")) {
          block.set("title", part.path("file").path("filename"));
        }
        cached(part, block);
      }
      default ->
          throw new RefusedException(
              where + ".type",
              "Anthropic's models take text, image_url and file, not " + part.path("type") + ".");
    }
  }

  private void assistant(String where, JsonNode message) {
    for (String field : new String[] {"function_call", "audio"}) {
      if (message.hasNonNull(field)) {
        throw new RefusedException(
            where + "." + field, "Anthropic's models have nothing like it; use tool_calls.");
      }
    }
    ArrayNode blocks = turn("assistant");
    Thoughts.add(where + "." + Thoughts.FIELD, message.path(Thoughts.FIELD), blocks);
    texts(where + ".content", message.path("content"), blocks);
    JsonNode calls = message.path("tool_calls");
    for (int i = 0; i < calls.size(); i++) {
      JsonNode call = calls.path(i);
      String param = where + ".tool_calls[" + i + "].function";
      ObjectNode block = blocks.addObject().put("type", "tool_use");
      block.put("id", id(call.path("id").asText()));
      block.put("name", call.path("function").path("name").asText());
      block.set("input", arguments(param, call.path("function").path("arguments").asText()));
    }
    if (blocks.isEmpty()) { // an answer without words, such as one that was cut off at once
      turns.remove(turns.size() - 1);
    }
  }

  private static JsonNode arguments(String where, String arguments) {
    if (arguments.isBlank()) {
      return Json.MAPPER.createObjectNode();
    }
    return Json.object(arguments.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .orElseThrow(
            () -> new RefusedException(where + ".arguments", "expected a JSON object as text."));
  }

  private void toolResult(String where, JsonNode message) {
    if (!message.path("tool_call_id").isTextual()) {
      throw new RefusedException(where + ".tool_call_id", "expected the id of the tool's call.");
    }
    ObjectNode block = turn("user").addObject().put("type", "tool_result");
    block.put("tool_use_id", id(message.path("tool_call_id").asText()));
    ArrayNode content = Json.MAPPER.createArrayNode();
    texts(where + ".content", message.path("content"), content);
    if (!content.isEmpty()) {
      block.set("content", content);
    }
    cached(message, block);
  }

  /** Texts only: a string, a list of text parts, or nothing. */
  private static void texts(String where, JsonNode content, ArrayNode blocks) {
    if (content.isTextual()) {
      text(content, blocks);
      return;
    }
    for (int i = 0; i < content.size(); i++) {
      JsonNode part = content.path(i);
      switch (part.path("type").asText()) {
        case "text" -> text(part.path("text"), blocks).ifPresent(block -> cached(part, block));
        case "refusal" -> text(part.path("refusal"), blocks);
        default ->
            throw new RefusedException(
                where + "[" + i + "].type", "expected text, got " + part.path("type") + ".");
      }
    }
  }

  /** Empty texts are refused there, and say nothing. */
  private static Optional<ObjectNode> text(JsonNode text, ArrayNode blocks) {
    return text.asText().isEmpty()
        ? Optional.empty()
        : Optional.of(blocks.addObject().put("type", "text").put("text", text.asText()));
  }

  /** Where the caller wants the prompt's cache to end, in Anthropic's own words. */
  private static void cached(JsonNode from, ObjectNode block) {
    if (from.has("cache_control")) {
      block.set("cache_control", from.path("cache_control"));
    }
  }

  /** The blocks of the last turn if it is this role's, else of a new one. */
  private ArrayNode turn(String role) {
    if (!turns.isEmpty() && turns.path(turns.size() - 1).path("role").asText().equals(role)) {
      return (ArrayNode) turns.path(turns.size() - 1).path("content");
    }
    return turns.addObject().put("role", role).putArray("content");
  }

  /** Ids that another provider gave may have characters that are refused there. */
  private static String id(String id) {
    return id.isEmpty() ? "call" : id.replaceAll("[^A-Za-z0-9_-]", "_");
  }
}
