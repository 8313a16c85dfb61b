package io.weir.platform.http;

import io.weir.platform.access.Principal;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.RouteSpec.Method;
import io.weir.platform.contract.RouteSpec.Shape;
import io.weir.platform.contract.Scope;
import java.util.List;
import java.util.Optional;

/** An interface for tests. */
final class TestRoutes {
  static final RouteSpec ECHO = closed(Method.POST, "/echo", "echo", Scope.JOBS_WRITE);
  static final RouteSpec THING = closed(Method.GET, "/things/{id}", "thing", Scope.JOBS_READ);
  static final RouteSpec STORE = closed(Method.GET, "/store", "store", Scope.JOBS_READ);
  static final RouteSpec BUG = closed(Method.GET, "/bug", "bug", Scope.JOBS_READ);
  static final RouteSpec EVENTS = closed(Method.GET, "/events", "events", Scope.JOBS_READ);
  static final RouteSpec FLOOD = closed(Method.GET, "/flood", "flood", Scope.JOBS_READ);
  static final RouteSpec CHAT = closed(Method.POST, "/v1/chat", "chat", Scope.CHAT);

  static final List<RouteSpec> ALL = List.of(ECHO, THING, STORE, BUG, EVENTS, FLOOD, CHAT);

  private TestRoutes() {}

  static RouteSpec closed(Method method, String pattern, String endpoint, Scope scope) {
    return new RouteSpec("test", method, pattern, endpoint, Optional.of(scope), Shape.PROBLEM);
  }

  static RouteSpec open(Method method, String pattern, String endpoint) {
    return new RouteSpec("test", method, pattern, endpoint, Optional.empty(), Shape.PROBLEM);
  }

  /** Lets everybody in. */
  static Guard anybody() {
    return new OpenGuard(Principal.local("local"), true);
  }
}
