package io.weir.platform.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.platform.contract.Routes;
import io.weir.platform.openapi.OpenApiDocument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /openapi.json}: what the service has, for everybody. Made when it is first asked for,
 * which costs the start nothing, and kept. Thread-safe.
 */
public final class DocumentRoute {
  private final String service;
  private @Nullable OpenApiDocument document;

  /**
   * @param service the module's name
   */
  public DocumentRoute(String service) {
    this.service = service;
  }

  /** Adds the route. */
  public void addTo(HttpApi api) {
    api.on(Routes.documentOf(service), this::send);
  }

  private void send(ServerRequest request, ServerResponse response) {
    OpenApiDocument current = document();
    response.header(HeaderNames.ETAG, current.etag());
    response.header(HeaderNames.CACHE_CONTROL, "public, max-age=300");
    if (isKnown(request, current.etag())) {
      response.status(Status.NOT_MODIFIED_304).send();
      return;
    }
    response
        .header(HeaderNames.CONTENT_TYPE, "application/json")
        .send(current.json().toByteArray());
  }

  private static boolean isKnown(ServerRequest request, String etag) {
    return request.headers().all(HeaderNames.IF_NONE_MATCH, List::of).stream()
        .flatMap(value -> List.of(value.split(",")).stream())
        .map(String::strip)
        .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
  }

  private synchronized OpenApiDocument document() {
    OpenApiDocument current = document;
    if (current == null) {
      current = OpenApiDocument.of(service);
      document = current;
    }
    return current;
  }
}
