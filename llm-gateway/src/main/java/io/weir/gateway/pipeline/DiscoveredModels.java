package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The models in an endpoint's own {@code GET /models}, those that chat before all others. */
public final class DiscoveredModels {
  // Such lists carry no capabilities: the name is all there is to tell what a model is for.
  private static final List<String> NOT_FOR_CHAT =
      List.of(
          "embed",
          "whisper",
          "tts",
          "dall-e",
          "moderation",
          "image",
          "audio",
          "realtime",
          "transcribe",
          "babbage",
          "davinci",
          "rerank",
          "sora",
          "guard",
          "imagen",
          "veo",
          "aqa");

  private DiscoveredModels() {}

  /** Empty when {@code body} is no such list. */
  public static Optional<List<String>> read(byte[] body) {
    return Json.object(body)
        .map(root -> root.path("data"))
        .filter(JsonNode::isArray)
        .map(DiscoveredModels::ordered);
  }

  private static List<String> ordered(JsonNode data) {
    var names = new ArrayList<String>();
    for (JsonNode model : data) {
      // Gemini lists what it calls gemini-x as models/gemini-x, and answers to both.
      String id = model.path("id").asText("").replaceFirst("^models/", "");
      if (!id.isBlank() && !names.contains(id)) {
        names.add(id);
      }
    }
    names.sort(Comparator.comparing(DiscoveredModels::notForChat));
    return List.copyOf(names);
  }

  private static boolean notForChat(String model) {
    String lower = model.toLowerCase(Locale.ROOT);
    return NOT_FOR_CHAT.stream().anyMatch(lower::contains);
  }
}
