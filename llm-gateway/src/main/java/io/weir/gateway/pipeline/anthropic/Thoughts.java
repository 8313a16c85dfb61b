package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The blocks that a model thought in, as the field {@value #FIELD} of a message: whoever sends the
 * results of tools back has to send them back as well, whole and signed (Anthropic, "Extended
 * thinking with tool use"). An instance joins those of one stream; not thread safe.
 */
final class Thoughts {
  static final String FIELD = "thinking_blocks";

  private static final String SIGNATURE = "signature";

  private final Map<Integer, Block> open = new HashMap<>();

  private record Block(ObjectNode begun, StringBuilder thinking, StringBuilder signature) {}

  static boolean isOne(JsonNode block) {
    String type = block.path("type").asText();
    return type.equals("thinking") || type.equals("redacted_thinking");
  }

  /** Puts those that a message of the caller's brings along before all else that it said. */
  static void add(String where, JsonNode blocks, ArrayNode turn) {
    for (int i = 0; i < blocks.size(); i++) {
      if (!isOne(blocks.path(i))) {
        throw new RefusedException(
            where + "[" + i + "].type", "expected thinking or redacted_thinking.");
      }
      turn.add(blocks.path(i));
    }
  }

  /**
   * Whether the model is in the middle of its tools, and what it thought in this turn is not there:
   * it can't go on thinking then. One block is enough for a turn of several calls in a row.
   */
  static boolean areLost(JsonNode messages) {
    int last = messages.size() - 1;
    while (last >= 0 && has(messages.path(last), "user")) {
      last--;
    }
    boolean calls =
        has(messages.path(last), "tool") || !messages.path(last).path("tool_calls").isEmpty();
    boolean thought = false;
    for (int i = last; i >= 0 && !has(messages.path(i), "user"); i--) {
      thought |= !messages.path(i).path(FIELD).isEmpty();
    }
    return calls && !thought;
  }

  private static boolean has(JsonNode message, String role) {
    return message.path("role").asText().equals(role);
  }

  void begin(int index, JsonNode block) {
    if (isOne(block)) {
      open.put(
          index,
          new Block(
              block.deepCopy(),
              new StringBuilder(block.path("thinking").asText()),
              new StringBuilder(block.path(SIGNATURE).asText())));
    }
  }

  void thinking(int index, String more) {
    Block block = open.get(index);
    if (block != null) {
      block.thinking().append(more);
    }
  }

  void signature(int index, String more) {
    Block block = open.get(index);
    if (block != null) {
      block.signature().append(more);
    }
  }

  /** The whole block, if there was one of that index. */
  Optional<ArrayNode> end(int index) {
    return Optional.ofNullable(open.remove(index)).map(Thoughts::whole);
  }

  private static ArrayNode whole(Block block) {
    ObjectNode whole = block.begun();
    if (whole.path("type").asText().equals("thinking")) {
      whole.put("thinking", block.thinking().toString());
      whole.put(SIGNATURE, block.signature().toString());
    }
    return Json.MAPPER.createArrayNode().add(whole);
  }
}
