package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * An offline answer in the form of a chat completion.
 *
 * @param created seconds since the epoch
 */
public record OfflineCompletion(String id, long created, String model) {
  private static final int CHUNK_CHARACTERS = 24;

  /** The whole completion as UTF-8 JSON. */
  public byte[] whole(OfflineAnswer answer) {
    ObjectNode root = root("chat.completion");
    ObjectNode choice = root.putArray("choices").addObject().put("index", 0);
    choice
        .putObject("message")
        .put("role", "assistant")
        .put("content", answer.text())
        .putNull("refusal");
    choice.putNull("logprobs").put("finish_reason", finish(answer));
    root.set("usage", usage(answer.usage()));
    return Json.bytes(root);
  }

  /** The same as server-sent events, {@code [DONE]} last. */
  public List<String> chunks(OfflineAnswer answer, boolean withUsage) {
    var events = new ArrayList<String>();
    ObjectNode first = chunk(withUsage);
    delta(first).put("role", "assistant").put("content", "");
    events.add(event(first));
    for (String piece : pieces(answer.text())) {
      ObjectNode chunk = chunk(withUsage);
      delta(chunk).put("content", piece);
      events.add(event(chunk));
    }
    ObjectNode finish = chunk(withUsage);
    choice(finish).put("finish_reason", finish(answer)).putObject("delta");
    events.add(event(finish));
    if (withUsage) {
      ObjectNode last = root("chat.completion.chunk");
      last.putArray("choices");
      last.set("usage", usage(answer.usage()));
      events.add(event(last));
    }
    events.add("data: [DONE]\n\n");
    return events;
  }

  /** Words stay whole, so that a reader sees text grow word by word. */
  private static List<String> pieces(String text) {
    var pieces = new ArrayList<String>();
    int start = 0;
    while (start < text.length()) {
      int end = Math.min(text.length(), start + CHUNK_CHARACTERS);
      int space = end == text.length() ? -1 : text.lastIndexOf(' ', end - 1);
      if (space > start) {
        end = space + 1;
      } else if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
        end++;
      }
      pieces.add(text.substring(start, end));
      start = end;
    }
    return pieces;
  }

  private ObjectNode root(String object) {
    return Json.MAPPER
        .createObjectNode()
        .put("id", id)
        .put("object", object)
        .put("created", created)
        .put("model", model);
  }

  private ObjectNode chunk(boolean withUsage) {
    ObjectNode chunk = root("chat.completion.chunk");
    chunk.putArray("choices").addObject().put("index", 0);
    if (withUsage) {
      chunk.putNull("usage");
    }
    return chunk;
  }

  private static ObjectNode choice(ObjectNode chunk) {
    return (ObjectNode) chunk.path("choices").path(0);
  }

  private static ObjectNode delta(ObjectNode chunk) {
    return choice(chunk).putNull("finish_reason").putObject("delta");
  }

  private static ObjectNode usage(Usage usage) {
    return Json.MAPPER
        .createObjectNode()
        .put("prompt_tokens", usage.input())
        .put("completion_tokens", usage.output())
        .put("total_tokens", usage.total())
        .put("estimated", true);
  }

  private static String finish(OfflineAnswer answer) {
    return answer.cut() ? "length" : "stop";
  }

  private static String event(ObjectNode chunk) {
    return "data: " + new String(Json.bytes(chunk), StandardCharsets.UTF_8) + "\n\n";
  }
}
