package io.weir.gateway.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.HttpApi;
import java.util.List;
import java.util.Map;

/** {@code GET /v1/models}, {@code GET /v1/models/{id}} and a word of welcome at {@code /}. */
public final class ModelRoutes {
  private final Catalogue catalogue;
  private final ModelPage page;

  public ModelRoutes(Catalogue catalogue, ModelPage page) {
    this.catalogue = catalogue;
    this.page = page;
  }

  public void addTo(HttpApi api) {
    api.on(Routes.MODELS, this::list)
        .on(Routes.MODEL, this::one)
        .on(Routes.GATEWAY_ROOT, ModelRoutes::root)
        .on(Routes.GATEWAY_ROOT_HEAD, (request, response) -> response.send());
  }

  private void list(ServerRequest request, ServerResponse response) {
    send(response, page.list(catalogue.router().offers()));
  }

  private void one(ServerRequest request, ServerResponse response) {
    String id = request.path().pathParameters().get("id");
    page.find(catalogue.router().offers(), id)
        .ifPresentOrElse(
            model -> send(response, model),
            () ->
                OpenAiErrors.send(
                    response,
                    Failure.modelNotFound(
                        "The model '" + id + "' does not exist here; GET /v1/models lists all.")));
  }

  private static void root(ServerRequest request, ServerResponse response) {
    ObjectNode root = Json.MAPPER.createObjectNode().put("service", "llm-gateway");
    root.set(
        "endpoints",
        Json.MAPPER.valueToTree(
            Map.of(
                "openai",
                List.of("/v1/chat/completions", "/v1/embeddings", "/v1/models", "/v1/providers"),
                "operators",
                List.of("/health", "/metrics"))));
    send(response, root);
  }

  private static void send(ServerResponse response, ObjectNode body) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json").send(Json.bytes(body));
  }
}
