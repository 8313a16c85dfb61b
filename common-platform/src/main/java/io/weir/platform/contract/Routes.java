package io.weir.platform.contract;

import static io.weir.platform.contract.RouteSpec.Method.DELETE;
import static io.weir.platform.contract.RouteSpec.Method.GET;
import static io.weir.platform.contract.RouteSpec.Method.HEAD;
import static io.weir.platform.contract.RouteSpec.Method.POST;
import static io.weir.platform.contract.RouteSpec.Method.PUT;

import java.util.List;
import java.util.Optional;

/**
 * Every route of every service, with the scope that it asks for. Health and metrics are not here:
 * they are the runtime's own, and open to whoever reaches their port.
 */
public final class Routes {
  private static final String GATEWAY = "llm-gateway";
  private static final String REVIEW = "review-worker";
  private static final String ENTITY = "entity-worker";
  private static final String ENRICHER = "enricher-service";

  private static final String DOCUMENT = "openapi";

  public static final RouteSpec CHAT_COMPLETIONS =
      openAi(POST, "/v1/chat/completions", "chat_completions", Scope.CHAT);
  public static final RouteSpec EMBEDDINGS =
      openAi(POST, "/v1/embeddings", "embeddings", Scope.CHAT);
  public static final RouteSpec MODELS = openAi(GET, "/v1/models", "models", Scope.MODELS);
  public static final RouteSpec MODEL = openAi(GET, "/v1/models/{+id}", "model", Scope.MODELS);
  public static final RouteSpec PROVIDERS =
      openAi(GET, "/v1/providers", "providers", Scope.OPERATE);
  public static final RouteSpec GATEWAY_ROOT = open(GATEWAY, GET, "/", "root");

  /** Some clients ask for the root before anything else. */
  public static final RouteSpec GATEWAY_ROOT_HEAD = open(GATEWAY, HEAD, "/", "root");

  public static final RouteSpec JOBS_ENQUEUE =
      closed(REVIEW, POST, "/jobs/enqueue", "jobs_enqueue", Scope.JOBS_WRITE);
  public static final RouteSpec JOBS_OF_USER =
      closed(REVIEW, GET, "/jobs/user/{user_id}", "jobs_of_user", Scope.JOBS_READ);
  public static final RouteSpec JOBS_GET =
      closed(REVIEW, GET, "/jobs/{id}", "jobs_get", Scope.JOBS_READ);

  /** Server-sent events: the job's state, then each change until it ends. */
  public static final RouteSpec JOBS_EVENTS =
      closed(REVIEW, GET, "/jobs/{id}/events", "jobs_events", Scope.JOBS_READ);

  public static final RouteSpec JOBS_CANCEL =
      closed(REVIEW, POST, "/jobs/{id}/cancel", "jobs_cancel", Scope.JOBS_WRITE);
  public static final RouteSpec JOBS_RETRY =
      closed(REVIEW, POST, "/jobs/{id}/retry", "jobs_retry", Scope.JOBS_WRITE);

  /** A WebSocket: each change of a user's jobs. */
  public static final RouteSpec JOBS_SOCKET =
      closed(REVIEW, GET, "/ws/{user_id}", "jobs_socket", Scope.JOBS_READ);

  /** Counts all users' jobs, as {@link #STATS} does. */
  public static final RouteSpec QUEUE_INFO =
      closed(REVIEW, GET, "/queue/info", "queue_info", Scope.OPERATE);

  public static final RouteSpec STATS = closed(REVIEW, GET, "/stats", "stats", Scope.OPERATE);

  public static final RouteSpec BREADCRUMBS_CREATE =
      closed(ENTITY, POST, "/breadcrumbs", "breadcrumbs_create", Scope.BREADCRUMBS_WRITE);

  /** Server-sent events: each change; stands before the breadcrumb of that id. */
  public static final RouteSpec BREADCRUMBS_EVENTS =
      closed(ENTITY, GET, "/breadcrumbs/events", "breadcrumbs_events", Scope.BREADCRUMBS_READ);

  public static final RouteSpec BREADCRUMBS_GET =
      closed(ENTITY, GET, "/breadcrumbs/{id}", "breadcrumbs_get", Scope.BREADCRUMBS_READ);
  public static final RouteSpec BREADCRUMBS_REPLACE =
      closed(ENTITY, PUT, "/breadcrumbs/{id}", "breadcrumbs_replace", Scope.BREADCRUMBS_WRITE);
  public static final RouteSpec BREADCRUMBS_DELETE =
      closed(ENTITY, DELETE, "/breadcrumbs/{id}", "breadcrumbs_delete", Scope.BREADCRUMBS_WRITE);
  public static final RouteSpec SEARCH = closed(ENTITY, GET, "/search", "search", Scope.SEARCH);

  public static final RouteSpec ENRICH =
      closed(ENRICHER, POST, "/enrich", "enrich", Scope.PACKS_WRITE);
  public static final RouteSpec PACKS_GET =
      closed(ENRICHER, GET, "/packs/{campaign}/{locale}", "packs_get", Scope.PACKS_READ);

  /** The description of a service's interface, for programs and for whoever writes them. */
  public static final RouteSpec GATEWAY_DOCUMENT = document(GATEWAY);

  public static final RouteSpec REVIEW_DOCUMENT = document(REVIEW);
  public static final RouteSpec ENTITY_DOCUMENT = document(ENTITY);
  public static final RouteSpec ENRICHER_DOCUMENT = document(ENRICHER);

  private Routes() {}

  /** All of them. */
  public static List<RouteSpec> all() {
    return List.of(
        CHAT_COMPLETIONS,
        EMBEDDINGS,
        MODELS,
        MODEL,
        PROVIDERS,
        GATEWAY_ROOT,
        GATEWAY_ROOT_HEAD,
        GATEWAY_DOCUMENT,
        JOBS_ENQUEUE,
        JOBS_OF_USER,
        JOBS_GET,
        JOBS_EVENTS,
        JOBS_CANCEL,
        JOBS_RETRY,
        JOBS_SOCKET,
        QUEUE_INFO,
        STATS,
        REVIEW_DOCUMENT,
        BREADCRUMBS_CREATE,
        BREADCRUMBS_EVENTS,
        BREADCRUMBS_GET,
        BREADCRUMBS_REPLACE,
        BREADCRUMBS_DELETE,
        SEARCH,
        ENTITY_DOCUMENT,
        ENRICH,
        PACKS_GET,
        ENRICHER_DOCUMENT);
  }

  /** Where {@code service} describes its interface. */
  public static RouteSpec documentOf(String service) {
    return of(service).stream()
        .filter(route -> route.endpoint().equals(DOCUMENT))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no service " + service));
  }

  /** Those of one service, by its module's name. */
  public static List<RouteSpec> of(String service) {
    return all().stream().filter(route -> route.service().equals(service)).toList();
  }

  private static RouteSpec openAi(
      RouteSpec.Method method, String pattern, String endpoint, Scope scope) {
    return new RouteSpec(
        GATEWAY, method, pattern, endpoint, Optional.of(scope), RouteSpec.Shape.OPENAI);
  }

  private static RouteSpec closed(
      String service, RouteSpec.Method method, String pattern, String endpoint, Scope scope) {
    return new RouteSpec(
        service, method, pattern, endpoint, Optional.of(scope), RouteSpec.Shape.PROBLEM);
  }

  private static RouteSpec document(String service) {
    return open(service, GET, "/openapi.json", DOCUMENT);
  }

  private static RouteSpec open(
      String service, RouteSpec.Method method, String pattern, String endpoint) {
    return new RouteSpec(
        service, method, pattern, endpoint, Optional.empty(), RouteSpec.Shape.PROBLEM);
  }
}
