package io.weir.platform.http;

import io.helidon.common.uri.UriEncoding;
import io.helidon.common.uri.UriPath;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.runtime.ManagementPaths;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.access.Principal;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * Gives each request its ids, in the log context and in the answer's headers, times it and writes
 * the access log: method and path without the query, which may hold secrets. Thread-safe.
 */
final class RequestLog implements Filter {
  private static final Logger log = LoggerFactory.getLogger("io.weir.http.access");

  private static final String UNKNOWN = "";

  private final RequestMeter meter;
  private final MeterRegistry meters;

  /** The name of the endpoint that took the request. */
  private record Endpoint(String name) {}

  RequestLog(MeterRegistry meters) {
    this.meter = new RequestMeter(meters);
    this.meters = meters;
  }

  static void name(ServerRequest request, String endpoint) {
    request.context().register(new Endpoint(endpoint));
  }

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    long started = System.nanoTime();
    RequestIdentity identity = RequestIdentity.of(request);
    response.header(RequestIdentity.REQUEST_ID, identity.requestId());
    response.header(RequestIdentity.CORRELATION_ID, identity.correlationId());
    try (var _ = MDC.putCloseable("request_id", identity.requestId());
        var _ = MDC.putCloseable("correlation_id", identity.correlationId())) {
      chain.proceed();
      finished(request, response.status().code(), Duration.ofNanos(System.nanoTime() - started));
    }
  }

  private void masked(String endpoint, MaskedBody.Count count) {
    Counter.builder("weir.secrets.masked")
        .description("Secrets that were masked in what came in, by endpoint.")
        .tag("endpoint", endpoint)
        .register(meters)
        .increment(count.secrets());
  }

  private void finished(ServerRequest request, int status, Duration took) {
    String endpoint = request.context().get(Endpoint.class).map(Endpoint::name).orElse(UNKNOWN);
    boolean failed = status >= 500;
    if (!endpoint.equals(UNKNOWN)) { // else a stranger's paths, or the management pages
      meter.record(endpoint, failed, took);
    }
    request.context().get(MaskedBody.Count.class).ifPresent(count -> masked(endpoint, count));
    // A probe that is told "not ready" many times a second is no news.
    boolean probe = ManagementPaths.include(request.path().path());
    Level level = failed && !probe ? Level.WARN : Level.DEBUG;
    if (!log.isEnabledForLevel(level)) {
      return; // to look a path through for secrets takes longer than all else here
    }
    Optional<Principal> principal = request.context().get(Principal.class);
    log.atLevel(level)
        .addKeyValue("user", principal.map(Principal::userId).orElse(UNKNOWN))
        .addKeyValue("key", principal.flatMap(Principal::keyId).orElse(UNKNOWN))
        .addKeyValue("method", request.prologue().method().text())
        .addKeyValue("path", shown(request.prologue().uriPath()))
        .addKeyValue("endpoint", endpoint)
        .addKeyValue("status", status)
        .addKeyValue("millis", took.toMillis())
        .log("http request");
  }

  /** As it came; with a secret in it masked, which only shows itself without the percent signs. */
  private static String shown(UriPath path) {
    String plain = path.path();
    return SecretText.isSecret(plain)
        ? UriEncoding.encodeUri(Redaction.ofLog(plain))
        : path.rawPath();
  }
}
