package io.weir.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.CacheUse;
import io.weir.gateway.pipeline.RouteHints;
import io.weir.gateway.pipeline.tool.ToolOffer;
import io.weir.gateway.pipeline.tool.ToolSpec;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Scope;
import io.weir.platform.http.Caller;
import io.weir.platform.http.RequestIdentity;
import java.util.List;

/** Who asks a model by HTTP. */
final class Askers {
  private Askers() {}

  /** What the caller says of a request whose model is to be chosen. */
  static RouteHints.Result hints(ServerRequest request) {
    return RouteHints.read(name -> request.headers().first(HeaderNames.create(name)));
  }

  /** Whether the cache may answer; by HTTP not unless the caller says so. */
  static CacheUse.Result cacheUse(ServerRequest request) {
    return CacheUse.read(
        name -> request.headers().first(HeaderNames.create(name)), CacheUse.Mode.OFF);
  }

  /** The tools of the gateway that the caller wants for a request, and may. */
  static ToolOffer.Result tools(ServerRequest request, List<ToolSpec> there) {
    return ToolOffer.read(
        request.headers().first(HeaderNames.create(ToolOffer.HEADER)),
        there,
        Caller.of(request).may(Scope.TOOLS));
  }

  /** The caller that the guard has let in; who counts for himself is not charged. */
  static Asker of(ServerRequest request, RouteSpec route) {
    Principal caller = Caller.of(request);
    return new Asker(
        route.endpoint(),
        RequestIdentity.of(request).correlationId(),
        caller.userId(),
        caller.keyId().orElse(""),
        !caller.may(Scope.UNCHARGED),
        caller.budget());
  }
}
