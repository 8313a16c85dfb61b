package io.weir.platform.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.contract.RouteSpec.Method;
import io.weir.platform.contract.RouteSpec.Shape;
import java.lang.reflect.Field;
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
  void theFourServicesHaveSeventeenRoutesAndADocumentEach() {
    for (String service :
        List.of("llm-gateway", "review-worker", "entity-worker", "enricher-service")) {
      List<RouteSpec> routes = Routes.of(service);
      assertEquals(
          1,
          routes.stream().filter(route -> route.pattern().equals("/openapi.json")).count(),
          service);
    }
    assertEquals(17 + 4, Routes.all().size());
  }

  @Test
  void onlyTheRootAndTheDocumentsAreOpenToEverybody() {
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
      assertNotEquals(scope == Scope.ANY_USER, opening.contains(scope), scope::text);
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
