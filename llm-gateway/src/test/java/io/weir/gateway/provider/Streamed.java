package io.weir.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatStream.Part;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A stream that was read to its end, put together as a client would. */
record Streamed(
    String raw,
    List<JsonNode> chunks,
    String text,
    List<Call> calls,
    String finish,
    Set<String> ids,
    int parts,
    Optional<Usage> usage,
    Part last) {

  record Call(String id, String name, String arguments) {}

  static Streamed of(ChatStream stream) throws InterruptedException, IOException {
    var raw = new StringBuilder();
    int parts = 0;
    Part part = stream.next();
    while (part instanceof Part.Events events) {
      raw.append(new String(events.bytes(), StandardCharsets.UTF_8));
      parts++;
      part = stream.next();
    }
    List<JsonNode> chunks = new ArrayList<>();
    var text = new StringBuilder();
    var calls = new TreeMap<Integer, Call>();
    Set<String> ids = new HashSet<>();
    String finish = "";
    for (String event : raw.toString().split("\n\n", -1)) {
      if (!event.startsWith("data: ") || event.equals("data: [DONE]")) {
        continue;
      }
      JsonNode chunk = Json.MAPPER.readTree(event.substring("data: ".length()));
      chunks.add(chunk);
      ids.add(chunk.path("id").asText());
      JsonNode choice = chunk.path("choices").path(0);
      text.append(choice.path("delta").path("content").asText(""));
      finish = choice.path("finish_reason").asText(finish);
      for (JsonNode call : choice.path("delta").path("tool_calls")) {
        JsonNode function = call.path("function");
        calls.merge(
            call.path("index").asInt(),
            new Call(
                call.path("id").asText(),
                function.path("name").asText(),
                function.path("arguments").asText()),
            (old, more) -> new Call(old.id(), old.name(), old.arguments() + more.arguments()));
      }
    }
    return new Streamed(
        raw.toString(),
        chunks,
        text.toString(),
        List.copyOf(calls.values()),
        finish,
        ids,
        parts,
        stream.usage(),
        part);
  }
}
