package io.weir.gateway.pipeline.tool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.EventData;
import io.weir.gateway.pipeline.JoinedChunks;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The stream of one round on its way to a client that sees one stream of all rounds. What the model
 * says passes at once; calls of tools, the reason to end and the tokens wait for the round's end,
 * when it is known whose they are. Not thread safe.
 */
public final class RoundRelay {
  private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);
  private static final String DELTA = "delta";
  private static final String USAGE = "usage";

  private final Optional<Head> begun;
  private final JoinedChunks joined = new JoinedChunks();
  private final List<ObjectNode> held = new ArrayList<>();
  private Optional<Head> head;

  /** What all chunks of the client's stream share, as its first one had it. */
  public record Head(JsonNode id, JsonNode created, JsonNode model) {
    private static final Head NONE = of(Json.MAPPER.createObjectNode());

    private static Head of(JsonNode chunk) {
      return new Head(chunk.path("id"), chunk.path("created"), chunk.path("model"));
    }

    private ObjectNode on(ObjectNode chunk) {
      set(chunk, "id", id);
      set(chunk, "created", created);
      set(chunk, "model", model);
      return chunk;
    }

    private static void set(ObjectNode chunk, String name, JsonNode value) {
      if (!value.isMissingNode()) {
        chunk.set(name, value);
      }
    }
  }

  /**
   * @param begun of the stream, if an earlier round has begun it
   */
  public RoundRelay(Optional<Head> begun) {
    this.begun = begun;
    this.head = begun;
  }

  /** For the next round. */
  public Head head() {
    return head.orElse(Head.NONE);
  }

  /** What of whole events is for the client now; may be empty. */
  public byte[] accept(byte[] events) {
    var out = new ByteArrayOutputStream();
    for (EventData.Chunk chunk : EventData.chunks(events)) {
      joined.add(chunk.tree());
      if (head.isEmpty()) {
        head = Optional.of(Head.of(chunk.tree()));
      }
      if (waits(chunk.tree())) {
        held.add((ObjectNode) chunk.tree());
      } else if (begun.isEmpty()) {
        write(out, chunk.json());
      } else if (says(chunk.tree())) {
        write(out, Json.bytes(head().on((ObjectNode) chunk.tree())));
      }
    }
    return out.toByteArray();
  }

  /** The round's answer as a whole; empty when there is none. */
  public Optional<ObjectNode> whole(Optional<Usage> counted) {
    return joined.whole(counted);
  }

  /**
   * The end of the stream, after its last round.
   *
   * @param last the answer that the client gets
   * @param usage of all rounds; empty when the client does not want to know
   */
  public byte[] end(ToolConversation.Step.Final last, Optional<ObjectNode> usage) {
    var out = new ByteArrayOutputStream();
    for (ObjectNode chunk : last.changed() ? calls(last.body()) : held) {
      if (chunk.path(USAGE).isObject()) {
        chunk.remove(USAGE);
      }
      if (!chunk.path("choices").isEmpty()) {
        write(out, Json.bytes(head().on(chunk)));
      }
    }
    if (usage.isPresent()) {
      ObjectNode chunk = head().on(chunk());
      chunk.putArray("choices");
      chunk.set(USAGE, usage.get());
      write(out, Json.bytes(chunk));
    }
    out.writeBytes(DONE);
    return out.toByteArray();
  }

  /** What was held, said anew from the answer, which may have lost calls. */
  private List<ObjectNode> calls(ObjectNode body) {
    JsonNode choice = body.path("choices").path(0);
    var chunks = new ArrayList<ObjectNode>();
    JsonNode calls = choice.path("message").path("tool_calls");
    if (!calls.isEmpty()) {
      ObjectNode chunk = chunk();
      ArrayNode list = delta(chunk).putArray("tool_calls");
      for (JsonNode call : calls) {
        ObjectNode indexed = list.addObject().put("index", list.size() - 1);
        indexed.setAll((ObjectNode) call);
      }
      chunks.add(chunk);
    }
    held.stream()
        .filter(chunk -> calls.isEmpty() && says(chunk))
        .map(RoundRelay::withoutReason)
        .forEach(chunks::add);
    ObjectNode last = chunk();
    var _ = delta(last);
    ((ObjectNode) last.path("choices").path(0)).set("finish_reason", choice.path("finish_reason"));
    chunks.add(last);
    return chunks;
  }

  private static ObjectNode withoutReason(ObjectNode chunk) {
    ((ObjectNode) chunk.path("choices").path(0)).putNull("finish_reason");
    return chunk;
  }

  private static ObjectNode chunk() {
    return Json.MAPPER.createObjectNode().put("object", "chat.completion.chunk");
  }

  private static ObjectNode delta(ObjectNode chunk) {
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", 0);
    ObjectNode delta = choice.putObject(DELTA);
    choice.putNull("finish_reason");
    return delta;
  }

  private static boolean waits(JsonNode chunk) {
    JsonNode choice = chunk.path("choices").path(0);
    return choice.isMissingNode()
        || !choice.path("delta").path("tool_calls").isEmpty()
        || choice.path("finish_reason").isTextual();
  }

  /** Whether it is more than another beginning. */
  private static boolean says(JsonNode chunk) {
    for (var field : chunk.path("choices").path(0).path(DELTA).properties()) {
      JsonNode value = field.getValue();
      boolean empty = value.isNull() || (value.isTextual() && value.asText().isEmpty());
      if (!field.getKey().equals("role") && !empty) {
        return true;
      }
    }
    return false;
  }

  private static void write(ByteArrayOutputStream out, byte[] json) {
    out.writeBytes("data: ".getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(json);
    out.writeBytes("\n\n".getBytes(StandardCharsets.US_ASCII));
  }
}
