package io.weir.platform.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.RouteSpec;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Asks nobody, for a service that only this machine can reach. A browser on this machine can reach
 * it too, led by a page of anybody's: "DNS rebinding" lets a foreign name point to 127.0.0.1, and
 * then the page may read the answers. Such requests still carry the foreign name, so only names of
 * this machine are let in. Immutable.
 */
final class OpenGuard implements Guard {
  private static final Pattern OWN_NAME =
      Pattern.compile(
          "(localhost|[a-z0-9.-]+\\.localhost|127(\\.[0-9]{1,3}){3}|\\[::1])\\.?(:[0-9]*)?");
  private static final Problem FOREIGN_NAME =
      Problem.forbidden(
          "the Host header names another machine; without authentication only requests to"
              + " 127.0.0.1 or localhost are answered (HTTP_AUTH and ALLOW_UNAUTHENTICATED change"
              + " that)");

  private final Principal everybody;
  private final boolean anyHost;

  /**
   * @param everybody who all callers count as
   * @param anyHost whether requests may come under any name
   */
  OpenGuard(Principal everybody, boolean anyHost) {
    this.everybody = everybody;
    this.anyHost = anyHost;
  }

  @Override
  public Verdict check(ServerRequest request, RouteSpec route) {
    return anyHost || isOwnName(request.headers().first(HeaderNames.HOST).orElse(""))
        ? new Verdict.Passed(everybody, Map.of())
        : new Verdict.Refused(FOREIGN_NAME);
  }

  @Override
  public boolean asks() {
    return false;
  }

  /** Whether a {@code Host} header means this machine, whoever resolves it. */
  static boolean isOwnName(String host) {
    return OWN_NAME.matcher(host.toLowerCase(Locale.ROOT)).matches();
  }
}
