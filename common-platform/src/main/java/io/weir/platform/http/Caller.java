package io.weir.platform.http;

import io.helidon.webserver.http.ServerRequest;
import io.weir.platform.access.Principal;
import java.util.Optional;

/** Who has sent a request, for the handlers of routes that are not open to everybody. Stateless. */
public final class Caller {
  private Caller() {}

  /** Whoever the {@link Guard} has let in. */
  public static Principal of(ServerRequest request) {
    return request
        .context()
        .get(Principal.class)
        .orElseThrow(
            () -> new IllegalStateException("a route without a guard asks for its caller"));
  }

  /**
   * The user that a request is for.
   *
   * @param named whom it names, if anybody; else it is for the caller
   * @throws ProblemException 403 when it names somebody else for whom the caller may not act
   */
  public static String actingFor(ServerRequest request, Optional<String> named) {
    Principal caller = of(request);
    String user = named.orElse(caller.userId());
    if (!caller.mayActFor(user)) {
      throw new ProblemException(
          Problem.forbidden("the request is for another user, which needs the scope any-user"));
    }
    return user;
  }
}
