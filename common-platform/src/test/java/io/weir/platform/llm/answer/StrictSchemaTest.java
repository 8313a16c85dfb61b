package io.weir.platform.llm.answer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrictSchemaTest {
  private static final StrictSchema ENTRY = StrictSchema.object().strings("text").numbers("weight");

  @Test
  void everyObjectRequiresAllOfItsPropertiesInTheirOrderAndAllowsNoOther() {
    ObjectNode schema =
        StrictSchema.object()
            .strings("b", "a")
            .integers("line")
            .object("one", ENTRY)
            .list("many", ENTRY)
            .list("few", 1, 3, ENTRY)
            .json();

    assertEquals(
        "[\"b\",\"a\",\"line\",\"one\",\"many\",\"few\"]", schema.path("required").toString());
    List<JsonNode> objects = objects(schema);
    assertEquals(4, objects.size());
    for (JsonNode object : objects) {
      var names = new ArrayList<String>();
      object.path("properties").fieldNames().forEachRemaining(names::add);
      var required = new ArrayList<String>();
      object.path("required").forEach(name -> required.add(name.textValue()));
      assertEquals(names, required);
      assertEquals("false", object.path("additionalProperties").toString());
    }
  }

  @Test
  void eachKindOfPropertyHasItsType() {
    ObjectNode properties =
        StrictSchema.object()
            .strings("text")
            .integers("line")
            .numbers("share")
            .oneOf("level", List.of("high", "low"))
            .stringList("names")
            .stringList("rules", 0, 2)
            .list("few", 1, 3, ENTRY)
            .json()
            .withObject("properties");

    assertEquals("{\"type\":\"string\"}", properties.path("text").toString());
    assertEquals("{\"type\":\"integer\"}", properties.path("line").toString());
    assertEquals("{\"type\":\"number\"}", properties.path("share").toString());
    assertEquals(
        "{\"type\":\"string\",\"enum\":[\"high\",\"low\"]}", properties.path("level").toString());
    assertEquals(
        "{\"type\":\"array\",\"items\":{\"type\":\"string\"}}",
        properties.path("names").toString());
    assertEquals(2, properties.at("/rules/maxItems").intValue());
    assertEquals(1, properties.at("/few/minItems").intValue());
    assertEquals("object", properties.at("/few/items/type").textValue());
  }

  @Test
  void aCopyIsNotTheSchemaItself() {
    StrictSchema schema = StrictSchema.object().object("inner", ENTRY);
    schema.json().withObject("properties").withObject("inner").removeAll();
    assertEquals("object", schema.json().at("/properties/inner/type").textValue());
  }

  @Test
  void aPropertyIsNamedOnce() {
    var schema = StrictSchema.object().strings("a");
    assertThrows(IllegalArgumentException.class, () -> schema.integers("a"));
  }

  private static List<JsonNode> objects(JsonNode node) {
    var found = new ArrayList<JsonNode>();
    if (node.path("type").asText().equals("object")) {
      found.add(node);
    }
    node.forEach(child -> found.addAll(objects(child)));
    return found;
  }
}
