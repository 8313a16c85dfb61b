package io.weir.entity.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.Breadcrumbs;
import io.weir.entity.store.ChangeResult;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Scope;
import io.weir.platform.http.Caller;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonBody;
import io.weir.platform.http.MaskedBody;
import io.weir.platform.http.OncePost;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.http.RequestIdentity;
import io.weir.platform.work.IdempotentAnswer;
import java.util.HashMap;
import java.util.OptionalLong;

/** {@code /breadcrumbs}: create, replace, read, delete. */
public final class BreadcrumbApi {
  private final Breadcrumbs breadcrumbs;
  private final OncePost once;
  private final int maxBody;

  /**
   * Does no I/O.
   *
   * @param maxBody longest body that is read, in bytes
   */
  public BreadcrumbApi(Breadcrumbs breadcrumbs, OncePost once, int maxBody) {
    this.breadcrumbs = breadcrumbs;
    this.once = once;
    this.maxBody = maxBody;
  }

  /** Adds its routes. */
  public void addTo(HttpApi api) {
    api.on(Routes.BREADCRUMBS_CREATE, this::create)
        .on(Routes.BREADCRUMBS_GET, this::get)
        .on(Routes.BREADCRUMBS_REPLACE, this::replace)
        .on(Routes.BREADCRUMBS_DELETE, this::delete);
  }

  /**
   * The answer to a change.
   *
   * @param event {@code published}, or {@code pending} while the broker is away: it is stored and
   *     goes out later
   */
  private record Changed(String id, long version, String event) {}

  private void create(ServerRequest request, ServerResponse response) throws InterruptedException {
    byte[] bytes = JsonBody.bytes(request, maxBody);
    BreadcrumbRequest body = BreadcrumbRequest.read(masked(request, response, bytes));
    String owner = Caller.actingFor(request, body.owner());
    String correlation = RequestIdentity.of(request).correlationId();
    OncePost.Done done =
        once.once(
            request,
            bytes,
            attempt ->
                answer(
                    201, breadcrumbs.create(attempt.workId(), owner, body.content(), correlation)));
    OncePost.send(response, done.answer());
  }

  private static ObjectNode masked(ServerRequest request, ServerResponse response, byte[] body) {
    return MaskedBody.of(request, response, JsonBody.parse(body), BreadcrumbRequest.IDENTIFIERS);
  }

  private void get(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = id(request);
    Breadcrumb found =
        breadcrumbs
            .find(id)
            .filter(breadcrumb -> !breadcrumb.deleted())
            .filter(breadcrumb -> Caller.of(request).mayActFor(breadcrumb.owner()))
            .orElseThrow(() -> notFound(id));
    response.header(HeaderNames.ETAG, etag(found.version()));
    Json.send(response, 200, BreadcrumbView.of(found));
  }

  private void replace(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = id(request);
    BreadcrumbRequest body =
        BreadcrumbRequest.read(masked(request, response, JsonBody.bytes(request, maxBody)));
    if (body.owner().isPresent()) {
      throw new ProblemException(
          Problem.invalid("owner", "a breadcrumb keeps its owner; leave it out"));
    }
    refuseForeign(request, id);
    OncePost.send(
        response,
        answer(
            200,
            breadcrumbs.replace(
                id,
                body.content(),
                expected(request),
                RequestIdentity.of(request).correlationId())));
  }

  private void delete(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = id(request);
    refuseForeign(request, id);
    OncePost.send(
        response,
        answer(
            200,
            breadcrumbs.delete(
                id, expected(request), RequestIdentity.of(request).correlationId())));
  }

  // Looked at before the change, not with it: a breadcrumb keeps its owner for ever, deleted or
  // not.
  private void refuseForeign(ServerRequest request, String id) throws InterruptedException {
    Principal caller = Caller.of(request);
    if (!caller.may(Scope.ANY_USER)
        && breadcrumbs
            .find(id)
            .filter(found -> !found.deleted() && caller.mayActFor(found.owner()))
            .isEmpty()) {
      throw notFound(id);
    }
  }

  private static IdempotentAnswer answer(int status, ChangeResult result) {
    return switch (result) {
      case ChangeResult.Changed(Breadcrumb breadcrumb, boolean announced) ->
          answer(status, breadcrumb, announced);
      case ChangeResult.Missing() ->
          throw new ProblemException(Problem.notFound("there is no such breadcrumb"));
      case ChangeResult.Conflict(long version) ->
          throw new ProblemException(
              Problem.of(
                  412,
                  "Precondition failed",
                  "the breadcrumb was changed meanwhile: it has version %d; read it again"
                      .formatted(version)));
    };
  }

  private static IdempotentAnswer answer(int status, Breadcrumb breadcrumb, boolean announced) {
    var headers = new HashMap<String, String>();
    headers.put(HeaderNames.LOCATION.defaultCase(), "/breadcrumbs/" + breadcrumb.id());
    if (!breadcrumb.deleted()) {
      headers.put(HeaderNames.ETAG.defaultCase(), etag(breadcrumb.version()));
    }
    return OncePost.json(
        status,
        new Changed(breadcrumb.id(), breadcrumb.version(), announced ? "published" : "pending"),
        headers);
  }

  private static String id(ServerRequest request) {
    String id = request.path().pathParameters().get("id");
    if (!BreadcrumbIds.isValid(id)) {
      throw notFound(id);
    }
    return id;
  }

  private static OptionalLong expected(ServerRequest request) {
    String match = request.headers().first(HeaderNames.IF_MATCH).orElse("*");
    if (match.equals("*")) {
      return OptionalLong.empty();
    }
    String number =
        match.startsWith("\"") && match.endsWith("\"") && match.length() > 2
            ? match.substring(1, match.length() - 1)
            : match;
    try {
      return OptionalLong.of(Long.parseLong(number));
    } catch (NumberFormatException e) {
      throw new ProblemException(
          Problem.invalid("If-Match", "wanted is a version such as \"3\", got " + match), e);
    }
  }

  private static String etag(long version) {
    return "\"" + version + "\"";
  }

  private static ProblemException notFound(String id) {
    return new ProblemException(Problem.notFound("there is no breadcrumb " + id));
  }
}
