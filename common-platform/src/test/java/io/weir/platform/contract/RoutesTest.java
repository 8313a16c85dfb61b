package io.weir.platform.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.contract.RouteSpec.Method;
import io.weir.platform.contract.RouteSpec.Shape;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoutesTest {
  @Test
  void everyRouteIsListedAndIsThereOnce() {
    Set<Object> constants =
        Stream.of(Routes.class.getFields()).map(RoutesTest::value).collect(Collectors.toSet());
    assertEquals(constants, Set.copyOf(Routes.all()));
    assertEquals(Routes.all().size(), distinct(route -> route.method() + " " + route.pattern()));
    assertEquals(Routes.all().size(), distinct(route -> route.method() + " " + route.endpoint()));
  }

  @Test
  void theFourServicesHaveTwentyEightRoutes() {
    assertEquals(
        Set.of("llm-gateway", "review-worker", "entity-worker", "enricher-service"),
        Routes.all().stream().map(RouteSpec::service).collect(Collectors.toSet()));
    assertEquals(28, Routes.all().size());
  }

  /** The last columns of a row are what the walk over all routes has seen. */
  @Test
  void theTableInTheDocumentsIsTheTable() throws Exception {
    List<String> rows =
        Files.readAllLines(Path.of("..", "docs", "routes.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .map(line -> Stream.of(line.split("\\|")).limit(5).collect(Collectors.joining("|")))
            .toList();
    List<String> wanted =
        Routes.all().stream()
            .map(
                route ->
                    "| `%s` | `%s %s` | %s | %s "
                        .formatted(
                            route.service(),
                            route.method(),
                            route.pattern(),
                            route.scope().map(scope -> "`" + scope.text() + "`").orElse("none"),
                            route.shape() == Shape.OPENAI ? "OpenAI" : "RFC 9457"))
            .toList();
    assertEquals(wanted, rows);
  }

  @Test
  void onlyTheRootAndTheDescriptionAreOpenToEverybody() {
    assertEquals(
        Set.of("/", "/openapi.json"),
        Routes.all().stream()
            .filter(RouteSpec::isPublic)
            .map(RouteSpec::pattern)
            .collect(Collectors.toSet()));
    for (RouteSpec route : Routes.all()) {
      assertTrue(
          !route.isPublic() || route.method() == Method.GET || route.method() == Method.HEAD,
          route::toString);
    }
  }

  @Test
  void whatChangesSomethingNeedsAnotherScopeThanWhatReadsIt() {
    Set<Optional<Scope>> reading =
        Routes.all().stream()
            .filter(route -> route.method() == Method.GET)
            .map(RouteSpec::scope)
            .collect(Collectors.toSet());
    Routes.all().stream()
        .filter(route -> route.method() != Method.GET && route.method() != Method.HEAD)
        .forEach(route -> assertTrue(!reading.contains(route.scope()), route::toString));
  }

  @Test
  void whoseErrorsAreOpenAisIsToldByThePath() {
    for (RouteSpec route : Routes.all()) {
      assertEquals(route.pattern().startsWith("/v1/"), route.shape() == Shape.OPENAI);
    }
  }

  @Test
  void everyScopeOpensARouteOrChoosesAUserAndIsFoundByItsName() {
    Set<Scope> opening =
        Routes.all().stream().flatMap(route -> route.scope().stream()).collect(Collectors.toSet());
    for (Scope scope : Scope.values()) {
      boolean ofCallers = Set.of(Scope.ANY_USER, Scope.UNCHARGED, Scope.TOOLS).contains(scope);
      assertNotEquals(ofCallers, opening.contains(scope), scope::text);
      assertEquals(Optional.of(scope), Scope.of(scope.text()));
      assertTrue(scope.text().matches("[a-z]+([:-][a-z]+)?"), scope::text);
    }
    assertEquals(Optional.empty(), Scope.of("JOBS_READ"));
    assertEquals(Optional.empty(), Scope.of("Chat"));
  }

  private static long distinct(Function<RouteSpec, String> name) {
    return Routes.all().stream()
        .map(route -> route.service() + " " + name.apply(route))
        .distinct()
        .count();
  }

  private static Object value(Field field) {
    try {
      return field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }
}
