package io.weir.entity.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.Breadcrumbs;
import io.weir.entity.store.ChangeResult;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonBody;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.http.RequestIdentity;
import java.util.OptionalLong;

/** {@code /breadcrumbs}: create, replace, read, delete. */
public final class BreadcrumbApi {
  private static final int LONGEST_KEY = 255;

  private final Breadcrumbs breadcrumbs;
  private final String defaultOwner;
  private final int maxBody;

  /**
   * Does no I/O.
   *
   * @param defaultOwner whose breadcrumbs are that name no owner
   * @param maxBody longest body that is read, in bytes
   */
  public BreadcrumbApi(Breadcrumbs breadcrumbs, String defaultOwner, int maxBody) {
    this.breadcrumbs = breadcrumbs;
    this.defaultOwner = defaultOwner;
    this.maxBody = maxBody;
  }

  /** Adds its routes. */
  public void addTo(HttpApi api) {
    api.post("/breadcrumbs", "breadcrumbs_create", this::create)
        .get("/breadcrumbs/{id}", "breadcrumbs_get", this::get)
        .put("/breadcrumbs/{id}", "breadcrumbs_replace", this::replace)
        .delete("/breadcrumbs/{id}", "breadcrumbs_delete", this::delete);
  }

  /**
   * The answer to a change.
   *
   * @param event {@code published}, or {@code pending} while the broker is away: it is stored and
   *     goes out later
   */
  private record Changed(String id, long version, String event) {}

  private void create(ServerRequest request, ServerResponse response) throws InterruptedException {
    BreadcrumbRequest body = BreadcrumbRequest.read(JsonBody.read(request, maxBody));
    String owner = body.owner().orElse(defaultOwner);
    String key = request.headers().first(HeaderNames.create("Idempotency-Key")).orElse("");
    if (key.length() > LONGEST_KEY) {
      throw new ProblemException(
          Problem.invalid(
              "Idempotency-Key",
              "at most %d characters, got %d".formatted(LONGEST_KEY, key.length())));
    }
    String id = key.isEmpty() ? BreadcrumbIds.random() : BreadcrumbIds.of(owner, key);
    ChangeResult result =
        breadcrumbs.create(id, owner, body.content(), RequestIdentity.of(request).correlationId());
    if (result instanceof ChangeResult.Exists exists) {
      again(response, exists);
    } else {
      answer(response, 201, result);
    }
  }

  private static void again(ServerResponse response, ChangeResult.Exists exists) {
    if (!exists.sameRequest()) {
      throw new ProblemException(
          Problem.conflict(
              "the Idempotency-Key was used before for a breadcrumb with another content"));
    }
    if (exists.breadcrumb().deleted()) {
      throw new ProblemException(
          Problem.conflict("the breadcrumb that this Idempotency-Key made was deleted"));
    }
    answer(response, 200, exists.breadcrumb(), exists.announced());
  }

  private void get(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = id(request);
    Breadcrumb found =
        breadcrumbs
            .find(id)
            .filter(breadcrumb -> !breadcrumb.deleted())
            .orElseThrow(() -> notFound(id));
    response.header(HeaderNames.ETAG, etag(found.version()));
    Json.send(response, 200, BreadcrumbView.of(found));
  }

  private void replace(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = id(request);
    BreadcrumbRequest body = BreadcrumbRequest.read(JsonBody.read(request, maxBody));
    if (body.owner().isPresent()) {
      throw new ProblemException(
          Problem.invalid("owner", "a breadcrumb keeps its owner; leave it out"));
    }
    answer(
        response,
        200,
        breadcrumbs.replace(
            id, body.content(), expected(request), RequestIdentity.of(request).correlationId()));
  }

  private void delete(ServerRequest request, ServerResponse response) throws InterruptedException {
    answer(
        response,
        200,
        breadcrumbs.delete(
            id(request), expected(request), RequestIdentity.of(request).correlationId()));
  }

  private static void answer(ServerResponse response, int status, ChangeResult result) {
    switch (result) {
      case ChangeResult.Changed(Breadcrumb breadcrumb, boolean announced) ->
          answer(response, status, breadcrumb, announced);
      case ChangeResult.Missing() ->
          throw new ProblemException(Problem.notFound("there is no such breadcrumb"));
      case ChangeResult.Conflict(long version) ->
          throw new ProblemException(
              Problem.of(
                  412,
                  "Precondition failed",
                  "the breadcrumb was changed meanwhile: it has version %d; read it again"
                      .formatted(version)));
      case ChangeResult.Exists _ ->
          throw new IllegalStateException("only a creation finds its id taken");
    }
  }

  private static void answer(
      ServerResponse response, int status, Breadcrumb breadcrumb, boolean announced) {
    response.header(HeaderNames.LOCATION, "/breadcrumbs/" + breadcrumb.id());
    if (!breadcrumb.deleted()) {
      response.header(HeaderNames.ETAG, etag(breadcrumb.version()));
    }
    Json.send(
        response,
        status,
        new Changed(breadcrumb.id(), breadcrumb.version(), announced ? "published" : "pending"));
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
