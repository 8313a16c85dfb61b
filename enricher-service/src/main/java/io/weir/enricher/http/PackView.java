package io.weir.enricher.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.weir.enricher.store.StoredPack;
import io.weir.platform.http.Json;

/**
 * A stored pack as the HTTP interface shows it: what is known about the pack, and the pack in its
 * contract's JSON form.
 */
final class PackView {
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();

  private PackView() {}

  static ObjectNode of(StoredPack stored) {
    ObjectNode view = Json.mapper().createObjectNode();
    view.put("id", stored.pack().getId());
    view.put("profile", stored.key().profile());
    view.put("campaign_id", stored.key().campaignId());
    view.put("locale", stored.key().locale());
    view.put("mode", stored.pack().getMode());
    view.put("model", stored.pack().getModel());
    view.putObject("tokens")
        .put("prompt", stored.usage().promptTokens())
        .put("completion", stored.usage().completionTokens())
        .put("total", stored.usage().totalTokens());
    view.put("correlation_id", stored.correlationId());
    view.put("enriched_at", stored.enrichedAt().toString());
    view.set("budget", Json.mapper().valueToTree(stored.budget()));
    view.set("dropped", Json.mapper().valueToTree(stored.dropped()));
    view.set("pack", pack(stored));
    return view;
  }

  private static JsonNode pack(StoredPack stored) {
    try {
      return Json.mapper().readTree(PRINTER.print(stored.pack()));
    } catch (InvalidProtocolBufferException | JsonProcessingException e) {
      throw new IllegalStateException("a pack is always writable as JSON", e);
    }
  }
}
