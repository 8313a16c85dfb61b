package io.weir.gateway.pipeline.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Json;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the chat completion chunks of one stream, which share id, time and model. */
final class Chunks {
  private final long created;
  private final boolean wantsUsage;
  private String id = "";
  private String model = "";

  Chunks(long created, boolean wantsUsage) {
    this.created = created;
    this.wantsUsage = wantsUsage;
  }

  void begin(String id, String model) {
    this.id = id;
    this.model = model;
  }

  ObjectNode delta(Consumer<ObjectNode> filling) {
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    filling.accept(choice.putObject("delta"));
    choice.putNull("finish_reason");
    return chunk;
  }

  ObjectNode finish(String reason) {
    ObjectNode chunk = chunk();
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    choice.putObject("delta");
    choice.put("finish_reason", reason);
    return chunk;
  }

  /** The last chunk, if it was asked for. */
  Optional<ObjectNode> usage(ObjectNode usage) {
    if (!wantsUsage) {
      return Optional.empty();
    }
    ObjectNode chunk = chunk();
    chunk.putArray("choices");
    chunk.set("usage", usage);
    return Optional.of(chunk);
  }

  private ObjectNode chunk() {
    ObjectNode chunk =
        Json.MAPPER
            .createObjectNode()
            .put("id", id)
            .put("object", "chat.completion.chunk")
            .put("created", created)
            .put("model", model);
    if (wantsUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }
}
