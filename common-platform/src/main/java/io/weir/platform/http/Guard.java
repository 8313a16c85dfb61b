package io.weir.platform.http;

import io.helidon.webserver.http.ServerRequest;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.access.ApiKeyVerifier;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.Authenticator;
import io.weir.platform.access.PlanRates;
import io.weir.platform.access.Principal;
import io.weir.platform.access.RateLimits;
import io.weir.platform.access.TokenVerifier;
import io.weir.platform.access.Verifier;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.mongo.Documents;
import io.weir.platform.token.Tokens;
import io.weir.platform.usage.Users;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Map;
import java.util.function.Supplier;

/** Stands before the routes and says who comes in. Thread-safe. */
public sealed interface Guard permits AskingGuard, OpenGuard {
  /** Whom requests act for where nobody is asked. */
  String LOCAL_USER = "local";

  /** What it says of a request. */
  sealed interface Verdict {
    /**
     * The request may reach the route's handler.
     *
     * @param headers for its answer, however that comes out
     */
    record Passed(Principal principal, Map<String, String> headers) implements Verdict {
      public Passed {
        headers = Map.copyOf(headers);
      }
    }

    /** It may not; nothing of its body was read. */
    record Refused(Problem problem) implements Verdict {}
  }

  /** Looks at a request for {@code route}, which is not open to everybody. */
  Verdict check(ServerRequest request, RouteSpec route) throws InterruptedException;

  /** Whether callers have to say who they are. */
  boolean asks();

  /**
   * The guard that the settings want; where it is to know tokens, their issuer's keys are being
   * read from here on.
   *
   * @param localUser whom requests act for that name nobody, where nobody is asked
   * @param documents where API keys and the plans of users are; not asked for where nobody is asked
   */
  static Guard of(
      AccessSettings access, String localUser, Supplier<Documents> documents, Clock clock) {
    if (!access.asks()) {
      return new OpenGuard(Principal.local(localUser), access.anyHost());
    }
    Documents store = documents.get();
    var rates = new PlanRates(new Users(store, access.plan()), access, clock);
    var verifiers = new ArrayList<Verifier>();
    if (access.keys()) {
      var keys = new ApiKeys(store, new SecureRandom(), clock);
      verifiers.add(new ApiKeyVerifier(keys, rates, access.keyTimes(), clock));
    }
    access
        .tokens()
        .ifPresent(
            settings -> {
              var tokens = new Tokens(settings, clock);
              tokens.begin();
              verifiers.add(new TokenVerifier(tokens, rates));
            });
    return new AskingGuard(
        new Authenticator(verifiers),
        new RateLimits(clock),
        access.proxies(),
        access.failuresPerMinute());
  }
}
