package io.weir.platform.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.weir.platform.access.Admission;
import io.weir.platform.access.Authenticator;
import io.weir.platform.access.ClientAddress;
import io.weir.platform.access.Principal;
import io.weir.platform.access.RateDecision;
import io.weir.platform.access.RateLimits;
import io.weir.platform.access.TrustedProxies;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Scope;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every caller who they are. An address that has failed too often waits before anything is
 * looked up for it, whatever it sends then: only failed and anonymous attempts count, but those who
 * share an address share its failures. Then come credentials, the limit of who showed them, and the
 * route's scope. Thread-safe.
 */
final class AskingGuard implements Guard {
  private static final Logger log = LoggerFactory.getLogger(AskingGuard.class);
  private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final HeaderName FORWARDED_FOR = HeaderNames.create("X-Forwarded-For");

  private final Authenticator authenticator;
  private final RateLimits limits;
  private final TrustedProxies proxies;
  private final int failuresPerMinute;

  /**
   * @param failuresPerMinute most failed attempts a minute from one address
   */
  AskingGuard(
      Authenticator authenticator,
      RateLimits limits,
      TrustedProxies proxies,
      int failuresPerMinute) {
    this.authenticator = authenticator;
    this.limits = limits;
    this.proxies = proxies;
    this.failuresPerMinute = failuresPerMinute;
  }

  @Override
  public Verdict check(ServerRequest request, RouteSpec route) throws InterruptedException {
    String address = client(request).limitedBy();
    if (limits.look(address, failuresPerMinute) instanceof RateDecision.Exceeded tooMany) {
      return refused(
          Problem.tooManyRequests(
              "too many failed attempts from this address", tooMany.retryAfter()),
          rate(tooMany));
    }
    List<String> authorization = SocketProtocol.authorization(request);
    List<String> apiKey = request.headers().all(API_KEY, List::of);
    return switch (authenticator.authenticate(authorization, apiKey)) {
      case Admission.Refused() -> {
        var _ = limits.take(address, failuresPerMinute);
        boolean tried = !Authenticator.isAnonymous(authorization, apiKey);
        yield new Verdict.Refused(Problem.unauthenticated(tried));
      }
      case Admission.Unavailable(var reason, var retryAfter) -> {
        log.atDebug().addKeyValue("reason", reason).log("credentials can't be checked");
        yield new Verdict.Refused(
            Problem.unavailable("credentials can't be checked now, try again", retryAfter));
      }
      case Admission.Admitted(var principal) -> known(principal, route);
    };
  }

  @Override
  public boolean asks() {
    return true;
  }

  private Verdict known(Principal principal, RouteSpec route) {
    Map<String, String> headers = Map.of();
    if (principal.perMinute().isPresent()) {
      RateDecision decision = limits.take(principal.limitedBy(), principal.perMinute().getAsInt());
      headers = rate(decision);
      if (decision instanceof RateDecision.Exceeded tooMany) {
        return refused(
            Problem.tooManyRequests(
                "more than %d requests a minute".formatted(tooMany.limit()), tooMany.retryAfter()),
            headers);
      }
    }
    Optional<Scope> missing = route.scope().filter(scope -> !principal.may(scope));
    return missing.isPresent()
        ? refused(Problem.missingScope(missing.get()), headers)
        : new Verdict.Passed(principal, headers);
  }

  private static Verdict refused(Problem problem, Map<String, String> headers) {
    return new Verdict.Refused(problem.with(headers));
  }

  private static Map<String, String> rate(RateDecision decision) {
    return Map.of(
        "X-RateLimit-Limit", String.valueOf(decision.limit()),
        "X-RateLimit-Remaining", String.valueOf(decision.remaining()),
        "X-RateLimit-Reset", String.valueOf(decision.reset().toSeconds()));
  }

  private ClientAddress client(ServerRequest request) {
    InetAddress peer =
        request.remotePeer().address() instanceof InetSocketAddress socket
                && socket.getAddress() != null
            ? socket.getAddress()
            : InetAddress.getLoopbackAddress();
    return proxies.clientOf(peer, request.headers().all(FORWARDED_FOR, List::of));
  }
}
