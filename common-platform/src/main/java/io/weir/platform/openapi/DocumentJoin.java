package io.weir.platform.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Joins a service's page with {@code shared.yaml} and the table of routes. A page says what only
 * its service knows: parameters, bodies, what comes of them. Who may use a route, its name, and the
 * answers that any route can give (nobody known, too often, too many at once, starting) come from
 * the table and the shared page, and an answer of 400 and above without content gets the error of
 * the route's shape.
 */
final class DocumentJoin {
  private static final String PATHS = "paths";
  private static final String COMPONENTS = "components";
  private static final String RESPONSES = "responses";

  private final ObjectNode shared;
  private final ObjectNode document;

  private DocumentJoin(ObjectNode shared, ObjectNode document) {
    this.shared = shared;
    this.document = document;
  }

  static ObjectNode of(String service, List<RouteSpec> routes) {
    return of(page("shared"), page(service), routes);
  }

  /**
   * Changes the pages that it gets.
   *
   * @throws IllegalStateException when page and table differ
   */
  static ObjectNode of(ObjectNode shared, ObjectNode page, List<RouteSpec> routes) {
    return new DocumentJoin(shared, page).join(routes);
  }

  /** The path of a route as OpenAPI writes it, which has no name for one that takes slashes. */
  static String pathOf(RouteSpec route) {
    return route.pattern().replace("{+", "{");
  }

  private ObjectNode join(List<RouteSpec> routes) {
    refuseStrangers(routes);
    routes.forEach(this::route);
    shared.withObject(PATHS).properties().forEach(this::management);
    ObjectNode components = document.withObject(COMPONENTS);
    for (Map.Entry<String, JsonNode> kind : shared.withObject(COMPONENTS).properties()) {
      components.withObject(kind.getKey()).setAll((ObjectNode) kind.getValue());
    }
    document.set("x-weir-other-requests", shared.get("x-weir-other-requests"));
    return document;
  }

  private void route(RouteSpec route) {
    ObjectNode operation = operation(route);
    boolean head = route.method() == RouteSpec.Method.HEAD; // shares its name with a GET
    operation.put("operationId", head ? route.endpoint() + "_head" : route.endpoint());
    security(operation, route);
    ObjectNode responses = operation.withObject(RESPONSES);
    common(route, operation)
        .forEach(
            entry -> {
              if (!responses.has(entry.getKey())) {
                responses.set(entry.getKey(), entry.getValue().deepCopy());
              }
            });
    for (Map.Entry<String, JsonNode> response : responses.properties()) {
      dress((ObjectNode) response.getValue(), Integer.parseInt(response.getKey()), route);
    }
  }

  /** That of the service's page, else that of the shared one, where all have such a route. */
  private ObjectNode operation(RouteSpec route) {
    if (document.path(PATHS).path(pathOf(route)).get(method(route)) instanceof ObjectNode own) {
      return own;
    }
    if (shared.path("x-weir-routes").path(pathOf(route)).get(method(route))
        instanceof ObjectNode everywhere) {
      ObjectNode operation = everywhere.deepCopy();
      ((ObjectNode) document.get(PATHS)).putObject(pathOf(route)).set(method(route), operation);
      return operation;
    }
    throw new IllegalStateException("the OpenAPI page has no operation for " + route);
  }

  static String method(RouteSpec route) {
    return route.method().name().toLowerCase(Locale.ROOT);
  }

  private void security(ObjectNode operation, RouteSpec route) {
    ArrayNode security = operation.putArray("security");
    if (route.isPublic()) {
      return;
    }
    String scope = route.scope().map(Scope::text).orElseThrow();
    for (String scheme : List.of("bearer", "apiKey")) {
      security.addObject().putArray(scheme).add(scope);
    }
  }

  /** The answers that the route can give whatever it does. */
  private List<Map.Entry<String, JsonNode>> common(RouteSpec route, ObjectNode operation) {
    JsonNode kinds = shared.path("x-weir-answers");
    return List.of(
            kinds.path("any").properties(),
            route.isPublic()
                ? Set.<Map.Entry<String, JsonNode>>of()
                : kinds.path("guarded").properties(),
            operation.has("requestBody")
                ? kinds.path("with-body").properties()
                : Set.<Map.Entry<String, JsonNode>>of())
        .stream()
        .flatMap(Set::stream)
        .toList();
  }

  private void dress(ObjectNode response, int status, RouteSpec route) {
    ObjectNode headers = response.withObject("headers");
    for (String id : List.of("x-request-id", "x-correlation-id")) {
      headers.putObject(id).put("$ref", "#/components/headers/" + id);
    }
    boolean bodiless = route.method() == RouteSpec.Method.HEAD || status == 304;
    if (status >= 400 && !response.has("content") && !bodiless) {
      boolean openAi = route.shape() == RouteSpec.Shape.OPENAI;
      response
          .putObject("content")
          .putObject(openAi ? "application/json" : "application/problem+json")
          .putObject("schema")
          .put("$ref", "#/components/schemas/" + (openAi ? "OpenAiError" : "Problem"));
    }
  }

  private void refuseStrangers(List<RouteSpec> routes) {
    Set<String> known =
        routes.stream()
            .map(route -> method(route) + " " + pathOf(route))
            .collect(Collectors.toSet());
    for (Map.Entry<String, JsonNode> path : document.withObject(PATHS).properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        String name = operation.getKey() + " " + path.getKey();
        if (!known.contains(name)) {
          throw new IllegalStateException(
              "the OpenAPI page has " + name + ", which is no route of the service");
        }
      }
    }
  }

  private void management(Map.Entry<String, JsonNode> path) {
    document.withObject(PATHS).set(path.getKey(), path.getValue());
  }

  private static ObjectNode page(String name) {
    try (InputStream in = DocumentJoin.class.getResourceAsStream(name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("there is no OpenAPI page of " + name);
      }
      // Not Jackson's reader: it knows no anchors.
      Object page = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      return JsonMapper.builder().build().valueToTree(page);
    } catch (IOException e) {
      throw new UncheckedIOException("the OpenAPI page of " + name + " can't be read", e);
    }
  }
}
