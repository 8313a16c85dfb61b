package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Joins the chunks of a streamed completion to the body that the same answer has as a whole. Texts
 * grow, lists grow or are joined by their {@code index}, and what names or classifies is replaced,
 * as OpenAI's own clients do it; fields that nobody here knows are treated alike. Not thread safe.
 */
public final class JoinedChunks {
  private static final String TOOL_CALLS = "tool_calls";
  private static final String INDEX = "index";

  /** Texts that come whole, some providers repeat them in every chunk. */
  private static final Set<String> WHOLE = Set.of("id", "type", "role", "name", "finish_reason");

  /** Of the chunk alone: what it is, its padding, and what is joined apart. */
  private static final Set<String> OWN = Set.of("object", "obfuscation", "choices", "usage");

  private final Map<String, JsonNode> head = new LinkedHashMap<>();
  private final Map<Integer, Choice> choices = new TreeMap<>();
  private @Nullable JsonNode usage;

  private static final class Choice {
    final Map<String, Object> fields = new LinkedHashMap<>();
    final Map<String, Object> message = new LinkedHashMap<>();
  }

  /** Joins one more, in the order in which they came. */
  public void add(JsonNode chunk) {
    for (Map.Entry<String, JsonNode> field : chunk.properties()) {
      if (!OWN.contains(field.getKey()) && !field.getValue().isNull()) {
        head.put(field.getKey(), field.getValue());
      }
    }
    if (chunk.path("usage").isObject()) {
      usage = chunk.path("usage");
    }
    for (JsonNode part : chunk.path("choices")) {
      Choice choice = choices.computeIfAbsent(part.path(INDEX).asInt(), index -> new Choice());
      for (Map.Entry<String, JsonNode> field : part.properties()) {
        switch (field.getKey()) {
          case INDEX -> {
            // Its place says it.
          }
          case "delta" -> join(choice.message, field.getValue());
          default -> join(choice.fields, field.getKey(), field.getValue());
        }
      }
    }
  }

  /**
   * The whole answer; empty as long as there is no choice.
   *
   * @param counted the tokens, for chunks that have not told them
   */
  public Optional<ObjectNode> whole(Optional<Usage> counted) {
    if (choices.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode whole = Json.MAPPER.createObjectNode();
    head.forEach(whole::set);
    whole.put("object", "chat.completion");
    ArrayNode list = whole.putArray("choices");
    choices.forEach((index, choice) -> list.add(whole(index, choice)));
    if (usage != null) {
      whole.set("usage", usage);
    } else {
      counted.ifPresent(tokens -> whole.set("usage", tokens.json()));
    }
    return Optional.of(whole);
  }

  private static ObjectNode whole(int index, Choice choice) {
    ObjectNode message = object(choice.message);
    if (!message.has("role")) {
      message.put("role", "assistant");
    }
    boolean calls = !message.path(TOOL_CALLS).isEmpty();
    if (!message.has("content") || (calls && message.path("content").asText().isEmpty())) {
      message.putNull("content");
    }
    for (JsonNode call : message.path(TOOL_CALLS)) {
      if (call instanceof ObjectNode object) {
        object.remove(INDEX);
      }
    }
    ObjectNode whole = Json.MAPPER.createObjectNode().put(INDEX, index);
    whole.set("message", message);
    whole.setAll(object(choice.fields));
    return whole;
  }

  private static void join(Map<String, Object> into, JsonNode more) {
    for (Map.Entry<String, JsonNode> field : more.properties()) {
      join(into, field.getKey(), field.getValue());
    }
  }

  private static void join(Map<String, Object> into, String name, JsonNode more) {
    if (more.isNull()) {
      into.putIfAbsent(name, more);
    } else if (more.isTextual() && WHOLE.contains(name)) {
      if (!more.asText().isEmpty() || !into.containsKey(name)) {
        into.put(name, more);
      }
    } else if (more.isTextual()) {
      text(into, name).append(more.asText());
    } else if (more.isObject()) {
      join(object(into, name), more);
    } else if (more.isArray()) {
      List<Object> items = items(into, name);
      more.forEach(item -> join(items, name, item));
    } else {
      into.put(name, more);
    }
  }

  private static void join(List<Object> items, String list, JsonNode more) {
    if (!more.isObject()) {
      items.add(more);
      return;
    }
    Optional<Map<String, Object>> known = known(items, list, more);
    Map<String, Object> item = known.orElseGet(LinkedHashMap::new);
    if (known.isEmpty()) {
      items.add(item);
    }
    join(item, more);
  }

  /**
   * The item that {@code more} belongs to: the last one with its index. Some providers give no call
   * of a tool an index, and some all of them the same: a name and another id begin a new one. The
   * id alone does not, for with some each part has its own.
   */
  private static Optional<Map<String, Object>> known(
      List<Object> items, String list, JsonNode more) {
    String by = more.path(INDEX).isInt() ? INDEX : "id";
    if (by.equals("id") && !list.equals(TOOL_CALLS)) {
      return Optional.empty();
    }
    JsonNode wanted = more.path(by);
    if (wanted.asText().isEmpty()) {
      return items.isEmpty() ? Optional.empty() : object(items.getLast());
    }
    return items.reversed().stream()
        .flatMap(item -> object(item).stream())
        .filter(item -> wanted.equals(item.get(by)))
        .findFirst()
        .filter(item -> more.at("/function/name").asText().isEmpty() || isAlike(item, more));
  }

  private static boolean isAlike(Map<String, Object> item, JsonNode more) {
    JsonNode id = more.path("id");
    return !(item.get("id") instanceof JsonNode known)
        || known.asText().isEmpty()
        || id.asText().isEmpty()
        || known.equals(id);
  }

  @SuppressWarnings("unchecked") // the only maps in here are made in here
  private static Optional<Map<String, Object>> object(@Nullable Object value) {
    return value instanceof Map ? Optional.of((Map<String, Object>) value) : Optional.empty();
  }

  private static StringBuilder text(Map<String, Object> in, String name) {
    if (in.get(name) instanceof StringBuilder begun) {
      return begun;
    }
    var made = new StringBuilder();
    in.put(name, made);
    return made;
  }

  private static Map<String, Object> object(Map<String, Object> in, String name) {
    return object(in.get(name))
        .orElseGet(
            () -> {
              var made = new LinkedHashMap<String, Object>();
              in.put(name, made);
              return made;
            });
  }

  @SuppressWarnings("unchecked") // the only lists in here are made in here
  private static List<Object> items(Map<String, Object> in, String name) {
    if (in.get(name) instanceof List<?> list) {
      return (List<Object>) list;
    }
    var made = new ArrayList<>();
    in.put(name, made);
    return made;
  }

  private static ObjectNode object(Map<String, Object> fields) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    fields.forEach((name, value) -> node.set(name, node(value)));
    return node;
  }

  private static JsonNode node(Object value) {
    return switch (value) {
      case JsonNode json -> json;
      case StringBuilder text -> Json.MAPPER.getNodeFactory().textNode(text.toString());
      case List<?> list -> {
        ArrayNode items = Json.MAPPER.createArrayNode();
        list.forEach(item -> items.add(node(item)));
        yield items;
      }
      default -> object(object(value).orElseThrow());
    };
  }
}
