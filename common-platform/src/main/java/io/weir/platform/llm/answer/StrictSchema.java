package io.weir.platform.llm.answer;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builds the JSON schema of an object in the strict form of OpenAI's protocol: every property is
 * required, in the order of building, and no other is allowed. Not thread-safe.
 */
public final class StrictSchema {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Map<String, ObjectNode> properties = new LinkedHashMap<>();

  private StrictSchema() {}

  /** An object without properties. */
  public static StrictSchema object() {
    return new StrictSchema();
  }

  /** Adds texts. */
  public StrictSchema strings(String... names) {
    for (String name : names) {
      add(name, type("string"));
    }
    return this;
  }

  /** Adds a text that is one of {@code values}, in their order. */
  public StrictSchema oneOf(String name, Collection<String> values) {
    ObjectNode text = type("string");
    values.forEach(text.putArray("enum")::add);
    return add(name, text);
  }

  /** Adds whole numbers. */
  public StrictSchema integers(String... names) {
    for (String name : names) {
      add(name, type("integer"));
    }
    return this;
  }

  /** Adds numbers. */
  public StrictSchema numbers(String... names) {
    for (String name : names) {
      add(name, type("number"));
    }
    return this;
  }

  /** Adds an object. */
  public StrictSchema object(String name, StrictSchema object) {
    return add(name, object.json());
  }

  /** Adds a list of objects, of any length. */
  public StrictSchema list(String name, StrictSchema entry) {
    return add(name, list(entry.json()));
  }

  /** Adds a list of {@code min} to {@code max} objects. */
  public StrictSchema list(String name, int min, int max, StrictSchema entry) {
    return add(name, bounded(list(entry.json()), min, max));
  }

  /** Adds a list of texts, of any length. */
  public StrictSchema stringList(String name) {
    return add(name, list(type("string")));
  }

  /** Adds a list of {@code min} to {@code max} texts. */
  public StrictSchema stringList(String name, int min, int max) {
    return add(name, bounded(list(type("string")), min, max));
  }

  /** A new copy of what was built so far. */
  public ObjectNode json() {
    ObjectNode object = type("object");
    ObjectNode all = object.putObject("properties");
    properties.forEach((name, property) -> all.set(name, property.deepCopy()));
    properties.keySet().forEach(object.putArray("required")::add);
    return object.put("additionalProperties", false);
  }

  private StrictSchema add(String name, ObjectNode property) {
    if (properties.putIfAbsent(name, property) != null) {
      throw new IllegalArgumentException("the property " + name + " is there already");
    }
    return this;
  }

  private static ObjectNode type(String name) {
    return NODES.objectNode().put("type", name);
  }

  private static ObjectNode list(ObjectNode entry) {
    ObjectNode list = type("array");
    list.set("items", entry);
    return list;
  }

  private static ObjectNode bounded(ObjectNode list, int min, int max) {
    return list.put("minItems", min).put("maxItems", max);
  }
}
