package io.weir.e2e.fuzz;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An OpenAPI document as a service serves it. Thread-safe. */
public final class ServedDocument {
  static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final JsonNode root;
  private final List<Operation> operations = new ArrayList<>();
  private final Map<JsonNode, Schema> schemas = new ConcurrentHashMap<>();
  private final SchemaRegistry registry = SchemaRegistry.withDialect(Dialects.getDraft202012());

  /**
   * One way into the service.
   *
   * @param path with its parameters in braces
   * @param method in upper case
   */
  record Operation(String path, String method, JsonNode node) {
    boolean asksForKeys() {
      return !node.path("security").isEmpty();
    }

    boolean takesBody() {
      return node.has("requestBody");
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  public ServedDocument(byte[] json) throws IOException {
    root = JSON.readTree(json);
    for (Map.Entry<String, JsonNode> path : root.path("paths").properties()) {
      for (Map.Entry<String, JsonNode> one : path.getValue().properties()) {
        if (one.getValue().path("x-weir-live").asBoolean()) {
          continue; // an answer without an end can't be judged at its end
        }
        operations.add(
            new Operation(
                path.getKey(), one.getKey().toUpperCase(java.util.Locale.ROOT), one.getValue()));
      }
    }
  }

  List<Operation> operations() {
    return operations;
  }

  /** What {@code node} refers to, or itself. */
  JsonNode resolved(JsonNode node) {
    JsonNode found = node;
    while (found.has("$ref")) {
      found = root.at(found.path("$ref").asText().substring(1));
    }
    return found;
  }

  List<JsonNode> parameters(Operation operation, String in) {
    var found = new ArrayList<JsonNode>();
    for (JsonNode parameter : operation.node().path("parameters")) {
      if (resolved(parameter).path("in").asText().equals(in)) {
        found.add(resolved(parameter));
      }
    }
    return found;
  }

  JsonNode bodySchema(Operation operation) {
    return operation.node().at("/requestBody/content/application~1json/schema");
  }

  Optional<JsonNode> answer(Operation operation, int status) {
    return Optional.ofNullable(operation.node().path("responses").get(String.valueOf(status)));
  }

  /** Statuses of requests that are none of the operations. */
  Set<Integer> elsewhere() {
    var statuses = new HashSet<Integer>();
    root.path("x-weir-other-requests")
        .properties()
        .forEach(entry -> statuses.add(Integer.valueOf(entry.getKey())));
    return statuses;
  }

  JsonNode named(String schema) {
    return root.at("/components/schemas/" + schema);
  }

  /** What is wrong with {@code value}. */
  List<Error> faults(JsonNode schema, JsonNode value) {
    return schemas
        .computeIfAbsent(
            schema,
            key -> {
              ObjectNode whole = key.deepCopy();
              whole.set("components", root.get("components"));
              return registry.getSchema(whole);
            })
        .validate(value);
  }
}
