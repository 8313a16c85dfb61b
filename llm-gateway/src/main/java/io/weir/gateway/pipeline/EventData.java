package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What server-sent events say, without how they are framed. */
public final class EventData {
  private EventData() {}

  /**
   * A chunk of a completion.
   *
   * @param json as it came, in UTF-8; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
  public record Chunk(byte[] json, JsonNode tree) {}

  /**
   * The chunks in whole events, in order; comments, {@code [DONE]} and what is no object is not.
   */
  public static List<Chunk> chunks(byte[] events) {
    var chunks = new ArrayList<Chunk>();
    for (byte[] event : new SseEvents(Integer.MAX_VALUE).add(events, events.length)) {
      byte[] data = of(event);
      Optional<JsonNode> tree = data.length == 0 ? Optional.empty() : Json.object(data);
      tree.ifPresent(json -> chunks.add(new Chunk(data, json)));
    }
    return chunks;
  }

  private static byte[] of(byte[] event) {
    var data = new StringBuilder();
    new String(event, StandardCharsets.UTF_8)
        .lines()
        .filter(line -> line.startsWith("data:"))
        .forEach(
            line -> {
              if (!data.isEmpty()) {
                data.append('\n');
              }
              int from = "data:".length();
              data.append(line, line.startsWith(" ", from) ? from + 1 : from, line.length());
            });
    return data.toString().getBytes(StandardCharsets.UTF_8);
  }
}
