package io.weir.kills.work;

import com.mongodb.client.model.Filters;
import io.weir.kills.lane.Lane;
import io.weir.kills.lane.Lane.Answer;
import io.weir.kills.lane.Streams;
import io.weir.platform.http.Json;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bson.Document;

/** A breadcrumb that is created, replaced or deleted, and its entities. */
final class BreadcrumbWork implements Work {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Lane lane;
  private final String token;
  private final Change change;
  private Map<String, Long> ends = Map.of();
  private String id = "";

  private enum Change {
    CREATED(1),
    UPDATED(2),
    DELETED(2);

    private final long version;

    Change(long version) {
      this.version = version;
    }

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private BreadcrumbWork(Lane lane, String token, Change change) {
    this.lane = lane;
    this.token = token;
    this.change = change;
  }

  static Work created(Lane lane, String token) {
    return new BreadcrumbWork(lane, token, Change.CREATED);
  }

  static Work updated(Lane lane, String token) {
    return new BreadcrumbWork(lane, token, Change.UPDATED);
  }

  static Work deleted(Lane lane, String token) {
    return new BreadcrumbWork(lane, token, Change.DELETED);
  }

  @Override
  public void prepare() throws Exception {
    if (change != Change.CREATED) {
      Answer created = lane.send("POST", "/breadcrumbs", body("Ada Lovelace", true));
      id = Json.mapper().readTree(created.body()).path("id").asText();
      Await.until(
          "a breadcrumb to change",
          PATIENCE,
          () ->
              lane.store()
                      .first(lane.store().collection("breadcrumbs").find(Filters.eq("_id", id)))
                      .filter(found -> found.get("extracted_version") != null)
                      .filter(found -> found.getList("outbox", Document.class, List.of()).isEmpty())
                      .isPresent()
                  && lane.streams().leftovers().isEmpty());
    }
    ends = lane.streams().ends();
  }

  @Override
  public Answer ask() throws IOException, InterruptedException {
    return switch (change) {
      case CREATED ->
          lane.send("POST", "/breadcrumbs", body("Ada Lovelace", true), "Idempotency-Key", token);
      case UPDATED ->
          lane.send("PUT", "/breadcrumbs/" + id, body("Grace Hopper", false), "If-Match", "\"1\"");
      case DELETED -> lane.send("DELETE", "/breadcrumbs/" + id, "", "If-Match", "\"1\"");
    };
  }

  /** What was done is not done once more: its first version, or all of it, is gone. */
  @Override
  public boolean isFinal(int status) {
    return switch (change) {
      case CREATED -> status == 201;
      case UPDATED -> status == 200 || status == 412;
      case DELETED -> status == 200 || status == 404;
    };
  }

  @Override
  public Look look() throws Exception {
    var findings = new Findings(lane);
    List<Document> found = findings.one("breadcrumbs", Filters.eq("owner", token));
    List<Streams.Stored> changes = lane.streams().since(ends, "BREADCRUMB_EVENTS");
    List<Streams.Stored> extracted = lane.streams().since(ends, "ENTITY_EVENTS");
    int effects = 0;
    int announcements = 0;
    for (Document breadcrumb : found) {
      String name = breadcrumb.getString("_id");
      long version = breadcrumb.get("version", Number.class).longValue();
      findings.want(version == change.version, "version %d".formatted(version));
      boolean done = isDone(breadcrumb, version);
      findings.want(done, "its entities are not those of its version");
      effects += done ? 1 : 0;
      String told = "bc.%s.%s".formatted(name, change.wireName());
      int _ = findings.announced(changes, event -> event.subject().equals(told), "told");
      String entities = "entities.%s.extracted".formatted(name);
      announcements +=
          findings.announced(extracted, event -> event.subject().equals(entities), "extracted");
    }
    findings.want(changes.size() == 1, changes.size() + " events of changes");
    findings.want(extracted.size() == 1, extracted.size() + " events of entities");
    return findings.look(effects, announcements, -1, -1);
  }

  @Override
  public List<String> seen() throws Exception {
    Answer hits = lane.send("GET", "/search?q=" + token, "");
    int found = Json.mapper().readTree(hits.body()).path("results").size();
    int wanted = change == Change.DELETED ? 0 : 1;
    return found == wanted ? List.of() : List.of("%d hits in the search".formatted(found));
  }

  private boolean isDone(Document breadcrumb, long version) {
    if (change == Change.DELETED) {
      return breadcrumb.getBoolean("deleted", false) && breadcrumb.get("entities") == null;
    }
    return breadcrumb.get("extracted_version") instanceof Number extracted
        && extracted.longValue() == version
        && !breadcrumb.getList("entities", Document.class, List.of()).isEmpty();
  }

  private String body(String person, boolean withOwner) {
    var body = Json.mapper().createObjectNode().put("title", "Note of " + person);
    if (withOwner) {
      body.put("owner", token);
    }
    body.putObject("context")
        .put("content", "%s wrote %s in London on 2026-11-28.".formatted(person, token));
    return body.toString();
  }
}
