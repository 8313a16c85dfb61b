package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A request that a {@link ScriptedLlm} got.
 *
 * @param path with the query, if there was one
 * @param headers names in lower case
 * @param body a missing node when there was none, a text node when it was not JSON
 * @param at when it had been read completely
 * @param clientGone completes when the client closed the connection before the answer was complete;
 *     never otherwise
 */
public record RecordedRequest(
    String method,
    String path,
    Map<String, String> headers,
    JsonNode body,
    Instant at,
    CompletableFuture<Instant> clientGone) {

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name.toLowerCase(java.util.Locale.ROOT)));
  }

  /** The content of the last message whose role is this, as text; empty when there is none. */
  public String lastContent(String role) {
    String found = "";
    for (JsonNode message : body.path("messages")) {
      if (message.path("role").asText().equals(role)) {
        JsonNode content = message.path("content");
        found = content.isTextual() ? content.asText() : content.toString();
      }
    }
    return found;
  }
}
