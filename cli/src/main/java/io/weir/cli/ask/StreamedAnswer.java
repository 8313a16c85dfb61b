package io.weir.cli.ask;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.function.Consumer;

/**
 * Puts a streamed chat answer together from the lines of its server-sent events, as OpenAI's API
 * sends them. For one thread.
 */
final class StreamedAnswer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String DATA = "data:";
  private static final String DONE = "[DONE]";

  private final Consumer<String> pieces;
  private String model = "";
  private String error = "";
  private JsonNode usage = MissingNode.getInstance();
  private boolean done;

  /**
   * An answer of which nothing is there.
   *
   * @param pieces gets each piece of text as it comes
   */
  StreamedAnswer(Consumer<String> pieces) {
    this.pieces = pieces;
  }

  /** Takes the next line. */
  void line(String line) {
    if (!line.startsWith(DATA)) {
      return; // comments keep the line alive; fields but data are not used by this API
    }
    String data = line.substring(DATA.length()).strip();
    if (data.equals(DONE)) {
      done = true;
      return;
    }
    JsonNode event;
    try {
      event = JSON.readTree(data);
    } catch (JsonProcessingException e) {
      error = "an event that is no JSON";
      return;
    }
    if (event.hasNonNull("error")) {
      error = event.path("error").path("message").asText("an error without a message");
      return;
    }
    if (event.hasNonNull("usage")) {
      usage = event.path("usage");
    }
    model = event.path("model").asText(model);
    String text = event.path("choices").path(0).path("delta").path("content").asText("");
    if (!text.isEmpty()) {
      pieces.accept(text);
    }
  }

  /** Whether it has come to its end. */
  boolean whole() {
    return done && error.isEmpty();
  }

  /** Why it is not whole. */
  String reason() {
    return error.isEmpty() ? "the connection ended before it" : error;
  }

  String model() {
    return model;
  }

  JsonNode usage() {
    return usage;
  }
}
