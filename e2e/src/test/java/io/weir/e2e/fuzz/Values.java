package io.weir.e2e.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Values that a schema allows: boundaries, all of Unicode, optional fields there or not. */
final class Values {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int TRIES = 30;
  private static final List<String> ALPHABETS =
      List.of(
          "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-",
          " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~abc",
          "äößéñøçğłžАБВгдеΑΒΓאבגابج漢字かなカナ한글ไทย",
          "a\u0301\u200d\u202e\ufeff\u00a0\u2028\u0000\u0007\t\n\r\u007f\u0085z",
          "$.*> \\/{}[]%");
  private static final List<String> WHOLE =
      List.of(
          "😀👩‍👩‍👧‍👦 🇩🇪 𝔘𝔫𝔦",
          "$where: 1==1",
          "{\"$ne\": null}",
          "../../etc/passwd",
          "' OR 1=1 --",
          "<script>alert(1)</script>",
          "null",
          "NaN",
          "-0",
          "*",
          ">",
          "a.b.c");

  private final ServedDocument document;
  private final SplittableRandom random;

  Values(ServedDocument document, SplittableRandom random) {
    this.document = document;
    this.random = random;
  }

  /** One that {@code schema} allows; the last try, when it is too strict for all of them. */
  JsonNode valid(JsonNode schema) {
    JsonNode value = NODES.nullNode();
    for (int i = 0; i < TRIES; i++) {
      value = any(schema, 0);
      if (document.faults(schema, value).isEmpty()) {
        break;
      }
    }
    return value;
  }

  private JsonNode any(JsonNode given, int depth) {
    JsonNode schema = document.resolved(given);
    if (schema.has("const")) {
      return schema.get("const");
    }
    if (schema.has("enum")) {
      return pick(schema.get("enum"));
    }
    if (schema.has("examples")) {
      return pick(schema.get("examples"));
    }
    if (schema.has("allOf")) {
      ObjectNode all = NODES.objectNode();
      schema.get("allOf").forEach(part -> all.setAll((ObjectNode) any(part, depth)));
      return all;
    }
    if (schema.has("anyOf") && !schema.has("properties")) {
      return any(pick(schema.get("anyOf")), depth);
    }
    return switch (type(schema)) {
      case "string" -> NODES.textNode(text(schema));
      case "integer" -> integer(schema);
      case "number" -> NODES.numberNode(random.nextDouble() * 100);
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "array" -> array(schema, depth);
      case "object" -> object(schema, depth);
      default -> NODES.nullNode();
    };
  }

  private String type(JsonNode schema) {
    JsonNode type = schema.path("type");
    if (type.isArray()) {
      return random.nextInt(8) == 0 ? "null" : type.get(0).asText();
    }
    return type.asText("string");
  }

  private JsonNode integer(JsonNode schema) {
    int min = schema.path("minimum").asInt(-1_000_000);
    int max = schema.path("maximum").asInt(1_000_000);
    return NODES.numberNode(
        switch (random.nextInt(4)) {
          case 0 -> min;
          case 1 -> max;
          default -> random.nextInt(min, max) + random.nextInt(2);
        });
  }

  private JsonNode array(JsonNode schema, int depth) {
    ArrayNode array = NODES.arrayNode();
    int most = Math.min(schema.path("maxItems").asInt(5), random.nextInt(20) == 0 ? 500 : 5);
    int least = schema.path("minItems").asInt(0);
    int size = least + (most > least ? random.nextInt(most - least + 1) : 0);
    for (int i = 0; i < size; i++) {
      array.add(any(schema.path("items"), depth + 1));
    }
    return array;
  }

  private JsonNode object(JsonNode schema, int depth) {
    if (!schema.has("properties")) {
      return free(depth);
    }
    ObjectNode object = NODES.objectNode();
    boolean all = random.nextInt(3) == 0;
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      boolean required =
          schema.path("required").toString().contains("\"" + property.getKey() + "\"");
      if (required || all || random.nextInt(2) == 0) {
        object.set(property.getKey(), any(property.getValue(), depth + 1));
      }
    }
    if (schema.has("anyOf")) {
      JsonNode branch = pick(schema.get("anyOf"));
      branch
          .path("properties")
          .properties()
          .forEach(entry -> object.set(entry.getKey(), any(entry.getValue(), depth + 1)));
    }
    return object;
  }

  /** Any JSON, with names that mean something to somebody. */
  private JsonNode free(int depth) {
    ObjectNode object = NODES.objectNode();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      String name =
          switch (random.nextInt(6)) {
            case 0 -> "$ne";
            case 1 -> "a.b." + i;
            case 2 -> "";
            case 3 -> string(8);
            case 4 -> "$where";
            default -> "content";
          };
      JsonNode value =
          switch (random.nextInt(depth > 4 ? 5 : 7)) {
            case 0 -> NODES.textNode(string(40));
            case 1 -> NODES.numberNode(random.nextLong());
            case 2 -> NODES.numberNode(random.nextDouble() * 1e9);
            case 3 -> NODES.booleanNode(true);
            case 4 -> NODES.nullNode();
            case 5 -> NODES.arrayNode().add("x").add(free(depth + 1));
            default -> free(depth + 1);
          };
      object.set(name, value);
    }
    return object;
  }

  String text(JsonNode schema) {
    int most = schema.path("maxLength").asInt(200);
    int least = schema.path("minLength").asInt(0);
    int length =
        switch (random.nextInt(8)) {
          case 0 -> least;
          case 1 -> most;
          default -> least + random.nextInt(Math.min(40, most - least) + 1);
        };
    if (schema.has("pattern")) {
      Pattern pattern = Pattern.compile(schema.get("pattern").asText());
      for (int i = 0; i < TRIES; i++) {
        String text = string(Math.max(1, length), ALPHABETS.get(i % ALPHABETS.size()));
        if (pattern.matcher(text).find()) {
          return text;
        }
      }
      return "a";
    }
    // Lengths are in UTF-16 units here and in code points in a schema: the whole ones are short.
    return most >= 40 && least <= 1 && random.nextInt(6) == 0
        ? WHOLE.get(random.nextInt(WHOLE.size()))
        : string(length);
  }

  private String string(int length) {
    return string(length, ALPHABETS.get(random.nextInt(ALPHABETS.size())));
  }

  private String string(int length, String alphabet) {
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private JsonNode pick(JsonNode list) {
    return list.get(random.nextInt(list.size()));
  }
}
