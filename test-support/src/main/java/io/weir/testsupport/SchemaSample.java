package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The smallest value that fits a JSON schema, for a scripted model that is asked in JSON-schema
 * mode: every property, arrays with {@code minItems} (at least one) items, the first of an
 * enumeration. Knows the keywords that structured output allows; references ({@code $ref}) within
 * the schema are followed.
 */
public final class SchemaSample {

  private static final int DEEPEST = 12;

  private SchemaSample() {}

  /**
   * A mood that answers with a value for {@code response_format.json_schema.schema} of the request,
   * else with the text.
   */
  public static Mood answer(JsonNode request, String otherwise) {
    JsonNode schema = request.at("/response_format/json_schema/schema");
    return new Mood.Answer(schema.isObject() ? of(schema).toString() : otherwise);
  }

  public static JsonNode of(JsonNode schema) {
    return sample(schema, schema, "value", 0);
  }

  private static JsonNode sample(JsonNode schema, JsonNode root, String name, int depth) {
    JsonNodeFactory make = JsonNodeFactory.instance;
    if (depth > DEEPEST) {
      return make.nullNode();
    }
    if (schema.has("$ref")) {
      String pointer = schema.path("$ref").asText().replaceFirst("^#", "");
      return sample(root.at(pointer), root, name, depth + 1);
    }
    if (schema.has("const")) {
      return schema.path("const");
    }
    if (schema.path("enum").isArray()) {
      return schema.path("enum").get(0);
    }
    if (schema.path("anyOf").isArray()) {
      return sample(schema.path("anyOf").get(0), root, name, depth + 1);
    }
    JsonNode type =
        schema.path("type").isArray() ? schema.path("type").get(0) : schema.path("type");
    return switch (type.asText(schema.has("properties") ? "object" : "string")) {
      case "object" -> {
        ObjectNode object = new ObjectMapper().createObjectNode();
        schema
            .path("properties")
            .properties()
            .forEach(
                property ->
                    object.set(
                        property.getKey(),
                        sample(property.getValue(), root, property.getKey(), depth + 1)));
        yield object;
      }
      case "array" -> {
        ArrayNode array = make.arrayNode();
        for (int i = 0; i < Math.max(1, schema.path("minItems").asInt()); i++) {
          array.add(sample(schema.path("items"), root, name + " " + (i + 1), depth + 1));
        }
        yield array;
      }
      case "integer" -> make.numberNode(Math.max(1, schema.path("minimum").asInt(1)));
      case "number" -> make.numberNode(schema.path("minimum").asDouble(0.5));
      case "boolean" -> make.booleanNode(true);
      case "null" -> make.nullNode();
      default -> make.textNode("scripted " + name);
    };
  }
}
