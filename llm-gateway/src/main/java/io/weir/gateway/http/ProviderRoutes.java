package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Router.Offer;
import io.weir.gateway.routing.ProviderGates;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.HttpApi;

/** {@code GET /v1/providers}: how the providers are doing, for operators. */
public final class ProviderRoutes {
  private final Catalogue catalogue;
  private final ProviderGates gates;

  public ProviderRoutes(Catalogue catalogue, ProviderGates gates) {
    this.catalogue = catalogue;
    this.gates = gates;
  }

  public void addTo(HttpApi api) {
    api.on(Routes.PROVIDERS, this::list);
  }

  private void list(ServerRequest request, ServerResponse response) {
    ObjectNode root = Json.MAPPER.createObjectNode().put("object", "list");
    ArrayNode data = root.putArray("data");
    for (Offer offer : catalogue.router().offers()) {
      ProviderGates.Health health = gates.health(offer.provider());
      ObjectNode one = data.addObject().put("id", offer.provider()).put("object", "provider");
      one.put("state", health.state());
      one.put("retry_after_seconds", health.retryAfter().toMillis() / 1_000.0);
      one.put("running", health.running()).put("concurrent", health.concurrent());
      one.put("last_failure", health.lastFailure().orElse(null));
      one.put("models", offer.models().size()).put("models_known", offer.complete());
      one.put(
          "models_read_at", catalogue.readAt(offer.provider()).map(Object::toString).orElse(null));
      one.put("models_failure", catalogue.failure(offer.provider()).orElse(null));
    }
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(Json.bytes(root));
  }
}
