package io.weir.platform.openapi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Scope;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiDocumentTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern PARAMETER = Pattern.compile("\\{\\+?(\\w+)}");

  static Set<String> services() {
    return Routes.all().stream().map(RouteSpec::service).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @MethodSource("services")
  void isValidByTheOfficialSchema(String service) throws Exception {
    Schema official;
    try (InputStream in =
        OpenApiDocumentTest.class.getResourceAsStream(
            "/spec.openapis.org/oas/3.1/schema/2022-10-07")) {
      // Its word for the schemas in a document is "$dynamicRef": #meta, which leaves them
      // unchecked.
      official = SchemaRegistry.withDialect(Dialects.getDraft202012()).getSchema(in);
    }
    JsonNode document = document(service);
    assertEquals(List.of(), official.validate(document));
    ((ObjectNode) document.path("info")).remove("title");
    assertEquals(1, official.validate(document).size(), "nothing is checked");
  }

  @ParameterizedTest
  @MethodSource("services")
  void isReadByATool(String service) {
    var options = new ParseOptions();
    options.setResolve(true);
    var result =
        new OpenAPIV3Parser()
            .readContents(OpenApiDocument.of(service).toString(), List.of(), options);
    assertEquals(List.of(), result.getMessages());
    assertEquals(document(service).path("paths").size(), result.getOpenAPI().getPaths().size());
  }

  @ParameterizedTest
  @MethodSource("services")
  void everySchemaInItIsOneAndEveryReferenceLeadsSomewhere(String service) {
    JsonNode document = document(service);
    Schema meta =
        SchemaRegistry.withDialect(Dialects.getDraft202012())
            .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
    for (JsonNode schema : schemas(document)) {
      assertEquals(List.of(), meta.validate(schema), schema::toPrettyString);
    }
    // An unquoted comma in a page makes a key without a value of what comes after it.
    assertEquals(List.of(), nameless(document, ""));
    for (String reference : document.findValuesAsText("$ref")) {
      assertTrue(!document.at(reference.substring(1)).isMissingNode(), reference);
    }
    for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
      assertTrue(
          document.findValuesAsText("$ref").contains("#/components/schemas/" + schema.getKey())
              || Set.of("Problem", "OpenAiError").contains(schema.getKey()),
          () -> "nobody uses " + schema.getKey());
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void hasExactlyTheRoutesOfTheTable(String service) {
    var documented = new HashSet<String>();
    for (Map.Entry<String, JsonNode> path : document(service).path("paths").properties()) {
      for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
        if (!path.getKey().matches("/(health|metrics|livez|readyz|startupz).*")) {
          documented.add(operation.getKey() + " " + path.getKey());
        }
      }
    }
    assertEquals(
        Routes.of(service).stream()
            .map(route -> DocumentJoin.method(route) + " " + DocumentJoin.pathOf(route))
            .collect(Collectors.toSet()),
        documented,
        "CONTRIBUTING.md tells how a route is described");
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyOperationTellsItsParametersScopeAndAnswers(String service) {
    JsonNode document = document(service);
    for (RouteSpec route : Routes.of(service)) {
      JsonNode operation =
          document.path("paths").path(DocumentJoin.pathOf(route)).path(DocumentJoin.method(route));
      assertEquals(
          PARAMETER
              .matcher(route.pattern())
              .results()
              .map(found -> found.group(1))
              .collect(Collectors.toSet()),
          StreamSupport.stream(operation.path("parameters").spliterator(), false)
              .filter(parameter -> parameter.path("in").asText().equals("path"))
              .map(parameter -> parameter.path("name").asText())
              .collect(Collectors.toSet()),
          route::toString);
      assertEquals(
          route.scope().map(Scope::text).stream().toList(),
          operation.at("/security/0/bearer").findValuesAsText("").isEmpty()
              ? texts(operation.at("/security/0/bearer"))
              : List.of(),
          route::toString);
      boolean writes = Set.of("POST", "PUT").contains(route.method().name());
      assertEquals(writes, operation.has("requestBody"), route::toString);
      var needed = new ArrayList<>(List.of("400", "429", "503"));
      if (!route.isPublic()) {
        needed.addAll(List.of("401", "403"));
      }
      needed.forEach(
          status -> assertTrue(operation.path("responses").has(status), route + " " + status));
      assertTrue(
          operation.path("responses").properties().stream()
              .anyMatch(r -> r.getKey().startsWith("2") || r.getKey().equals("101")),
          route::toString);
      for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
        boolean bodiless =
            route.method() == RouteSpec.Method.HEAD
                || Set.of("101", "204", "304").contains(response.getKey());
        assertEquals(bodiless, !response.getValue().has("content"), route + " " + response);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("services")
  void aRouteWithoutAPageAndAPageWithoutARouteAreNoDocument(String service) {
    var routes = new ArrayList<>(Routes.of(service));
    routes.removeLast();
    RouteSpec stranger =
        new RouteSpec(
            service,
            RouteSpec.Method.GET,
            "/stranger",
            "stranger",
            java.util.Optional.empty(),
            RouteSpec.Shape.PROBLEM);
    routes.add(stranger);
    var failure = assertThrows(IllegalStateException.class, () -> DocumentJoin.of(service, routes));
    assertTrue(String.valueOf(failure.getMessage()).contains("GET /stranger"), failure::toString);
    var fewer = Routes.of(service).subList(1, Routes.of(service).size());
    assertThrows(IllegalStateException.class, () -> DocumentJoin.of(service, fewer));
  }

  @ParameterizedTest
  @MethodSource("services")
  void itsTagIsItsContents(String service) {
    OpenApiDocument document = OpenApiDocument.of(service);
    assertEquals(document, OpenApiDocument.of(service));
    services().stream()
        .filter(other -> !other.equals(service))
        .forEach(other -> assertNotEquals(document.etag(), OpenApiDocument.of(other).etag()));
  }

  private static List<JsonNode> schemas(JsonNode document) {
    var all = new ArrayList<>(document.findValues("schema"));
    document.at("/components/schemas").forEach(all::add);
    return all;
  }

  private static List<String> nameless(JsonNode node, String at) {
    var found = new ArrayList<String>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      String path = at + "/" + entry.getKey();
      if (entry.getValue().isNull()) {
        found.add(path);
      }
      found.addAll(nameless(entry.getValue(), path));
    }
    for (JsonNode element : node.isArray() ? node : List.<JsonNode>of()) {
      found.addAll(nameless(element, at + "/-"));
    }
    return found;
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static JsonNode document(String service) {
    try {
      return JSON.readTree(OpenApiDocument.of(service).json().toByteArray());
    } catch (java.io.IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
