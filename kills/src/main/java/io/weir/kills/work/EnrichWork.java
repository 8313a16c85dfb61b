package io.weir.kills.work;

import com.mongodb.client.model.Filters;
import io.nats.client.JetStreamApiException;
import io.weir.kills.lane.Lane;
import io.weir.kills.lane.Lane.Answer;
import io.weir.kills.lane.Models;
import io.weir.messaging.Outgoing;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.platform.http.Json;
import io.weir.proto.v1.ContextEnrichRequest;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/** A request for a context pack. */
final class EnrichWork implements Work {
  private static final String LOCALE = "de-DE";

  /** For whom requests count where nobody is asked who they are. */
  private static final String USER = "local";

  private final Lane lane;
  private final String token;
  private final boolean byMessage;
  private Map<String, Long> ends = Map.of();
  private boolean published;

  private EnrichWork(Lane lane, String token, boolean byMessage) {
    this.lane = lane;
    this.token = token;
    this.byMessage = byMessage;
  }

  static Work byHttp(Lane lane, String token) {
    return new EnrichWork(lane, token, false);
  }

  static Work byMessage(Lane lane, String token) {
    return new EnrichWork(lane, token, true);
  }

  @Override
  public void prepare() throws Exception {
    ends = lane.streams().ends();
  }

  @Override
  public Answer ask() throws IOException, InterruptedException {
    if (byMessage) {
      publish();
      return new Answer(202, "");
    }
    String body =
        Json.mapper()
            .createObjectNode()
            .put("campaign_id", token)
            .put("locale", LOCALE)
            .put("audience", "runners " + token)
            .put("interests_text", "running shoes for mud")
            .toString();
    return lane.send("POST", "/enrich", body, "Idempotency-Key", token);
  }

  /** Once: the stream has it, and who published it knows that. */
  private void publish() throws IOException {
    if (published) {
      return;
    }
    ContextEnrichRequest message =
        ContextEnrichRequest.newBuilder()
            .setCampaignId(token)
            .setLocale(LOCALE)
            .setAudience("runners " + token)
            .setInterestsText("running shoes for mud")
            .setCorrelationId(token)
            .build();
    try {
      lane.streams()
          .publish(
              Outgoing.of(
                  Subjects.CONTEXT_ENRICH_REQUEST.with(),
                  token,
                  Codecs.CONTEXT_ENRICH_REQUEST,
                  message,
                  token));
      published = true;
    } catch (JetStreamApiException e) {
      throw new IOException("the request was not stored", e);
    }
  }

  @Override
  public boolean isFinal(int status) {
    return status == 202;
  }

  @Override
  public Look look() throws Exception {
    var findings = new Findings(lane);
    List<Document> packs = findings.one("context_packs", Filters.eq("campaign_id", token));
    List<Document> requests = findings.one("enrich_requests", Filters.eq("campaign_id", token));
    int made = (int) packs.stream().filter(pack -> pack.get("pack") != null).count();
    findings.want(made == 1, made + " packs");
    Set<String> ids = new HashSet<>();
    for (Document request : requests) {
      String status = request.getString("status");
      findings.want("done".equals(status), "the request is " + status);
      ids.add(request.getString("_id"));
    }
    int announcements =
        findings.announced(lane.streams().since(ends, "CONTEXT_EVENTS"), _ -> true, "announced");
    return findings.look(
        made,
        announcements,
        findings.charged(USER, row -> ids.contains(row.charge().work()), Models.TOKENS),
        findings.paid(token));
  }
}
