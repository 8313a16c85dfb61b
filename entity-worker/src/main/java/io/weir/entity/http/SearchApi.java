package io.weir.entity.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.entity.search.ScorePart;
import io.weir.entity.search.SearchHit;
import io.weir.entity.search.SearchIndex;
import io.weir.entity.search.SearchQuery;
import io.weir.entity.search.SearchResult;
import io.weir.entity.store.Breadcrumb;
import io.weir.entity.store.Breadcrumbs;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Scope;
import io.weir.platform.http.Caller;
import io.weir.platform.http.Fields;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code GET /search}: found in the index, answered from the store, so that a deleted breadcrumb is
 * gone at once.
 */
public final class SearchApi {
  private static final Pattern COMMA = Pattern.compile(",");
  private static final int LONGEST_QUERY = 1_000;
  private static final int LONGEST_NAME = 128;
  private static final int DEFAULT_LIMIT = 10;
  private static final int MOST = 50;

  private final SearchIndex index;
  private final Breadcrumbs breadcrumbs;

  /** Does no I/O. */
  public SearchApi(SearchIndex index, Breadcrumbs breadcrumbs) {
    this.index = index;
    this.breadcrumbs = breadcrumbs;
  }

  /** Adds its route. */
  public void addTo(HttpApi api) {
    api.on(Routes.SEARCH, this::search);
  }

  private record Answer(String query, long matches, List<Hit> results) {}

  private record Hit(
      String id,
      long version,
      String title,
      double score,
      List<ScorePart> scoreParts,
      String schemaName,
      List<String> tags,
      String owner,
      List<String> entityKeywords,
      ObjectNode context) {}

  private void search(ServerRequest request, ServerResponse response) throws InterruptedException {
    SearchQuery query = visible(request, Fields.readQuery(request, SearchApi::query));
    SearchResult found = index.search(query);
    List<String> ids = found.hits().stream().map(SearchHit::id).toList();
    Map<String, Breadcrumb> byId =
        ids.isEmpty()
            ? Map.of()
            : breadcrumbs.findLive(ids).stream()
                .collect(Collectors.toMap(Breadcrumb::id, Function.identity()));
    var hits = new ArrayList<Hit>();
    for (SearchHit hit : found.hits()) {
      Breadcrumb breadcrumb = byId.get(hit.id());
      if (breadcrumb != null
          && query.owner().filter(o -> !o.equals(breadcrumb.owner())).isEmpty()) {
        hits.add(hit(hit, breadcrumb));
      }
    }
    Json.send(response, 200, new Answer(Redaction.ofLog(query.text()), found.matches(), hits));
  }

  /** The same among what the caller may see: their own, unless they may choose. */
  private static SearchQuery visible(ServerRequest request, SearchQuery query) {
    if (query.owner().isEmpty() && Caller.of(request).may(Scope.ANY_USER)) {
      return query;
    }
    String owner = Caller.actingFor(request, query.owner());
    return new SearchQuery(query.text(), query.limit(), Optional.of(owner), query.tags());
  }

  private static SearchQuery query(Fields fields) {
    String text = fields.text("q", LONGEST_QUERY);
    int limit = fields.integer("limit", DEFAULT_LIMIT, 1, MOST);
    Optional<String> owner = fields.optionalText("owner", LONGEST_NAME);
    List<String> tags =
        fields.optionalText("tags", LONGEST_QUERY).stream()
            .flatMap(COMMA::splitAsStream)
            .map(String::strip)
            .filter(tag -> !tag.isEmpty())
            .toList();
    return new SearchQuery(text, limit, owner, tags);
  }

  private static Hit hit(SearchHit hit, Breadcrumb breadcrumb) {
    return new Hit(
        hit.id(),
        breadcrumb.version(),
        breadcrumb.content().title(),
        hit.score(),
        hit.parts(),
        breadcrumb.content().schemaName(),
        breadcrumb.content().tags(),
        breadcrumb.owner(),
        breadcrumb.extraction().map(extraction -> extraction.found().keywords()).orElse(List.of()),
        breadcrumb.context());
  }
}
