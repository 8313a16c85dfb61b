package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.Router.Offer;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelListTest {
  private final ModelList list =
      ModelList.of(
          List.of(
              new Offer("first", List.of("large", "small"), true, true),
              new Offer("local", List.of("llama:8b", "small"), true, true)));

  @Test
  void whatRequestsMayNameIsFoundUnderThatName() {
    assertEquals("first", owner("small"));
    assertEquals("first", owner("first:small"));
    assertEquals("local", owner("local:small"));
    assertEquals("local", owner("llama:8b"));
    assertEquals("local", owner("local:llama:8b"));
  }

  @Test
  void whatTheyMayNotIsNot() {
    for (String name : List.of("first:llama:8b", "nobody:small", ":small", "local:", "")) {
      assertEquals("", owner(name), name);
    }
    assertEquals(5, list.json().path("data").size());
  }

  private String owner(String name) {
    return list.find(name).map(found -> owner(name, found)).orElse("");
  }

  private static String owner(String name, ObjectNode found) {
    assertEquals(name, found.path("id").asText());
    return found.path("owned_by").asText();
  }
}
