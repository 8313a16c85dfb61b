package io.weir.enricher.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.enricher.pipeline.Document;
import io.weir.messaging.health.HealthCheck;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.runtime.Secret;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks entity-worker's {@code GET /search?q&limit&owner}. A pack without passages is still worth
 * having, so a search that is away is an answer here, not a failure: it is tried twice and then
 * said.
 */
public final class SearchClient implements PassageSource, Component, HealthSource {
  private static final String NAME = "search";
  private static final int MAX_BYTES = 8 << 20;
  private static final int MAX_QUERY = 500;
  private static final int TRIES = 2;
  // Not the title: it names a document, and a name is no passage.
  private static final List<String> FIELDS = List.of("content", "description", "summary", "code");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI base;
  private final Optional<Secret> key;
  private final Duration timeout;
  private final HttpClient http;
  private volatile String problem = "";

  /**
   * @param base address of the search service, without the path
   * @param key what is shown there, where it asks for one
   * @param timeout for one try, from connecting to the last byte
   */
  public SearchClient(URI base, Optional<Secret> key, Duration timeout) {
    this.base = base;
    this.key = key;
    this.timeout = timeout;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(timeout)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public Retrieval find(String query, int limit, Optional<String> owner)
      throws InterruptedException {
    HttpRequest request = request(query, limit, owner);
    String reason = "";
    for (int i = 0; i < TRIES; i++) {
      try {
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() == 200) {
          var found = new Retrieval.Found(documents(response.body()));
          problem = "";
          return found;
        }
        reason = "status " + response.statusCode();
        if (response.statusCode() < 500) {
          break;
        }
      } catch (IOException e) {
        reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      } catch (TimeoutException e) {
        // A second try would make the request wait twice as long for the same silence.
        reason = "no answer within " + timeout.toMillis() + " ms";
        break;
      }
    }
    problem = reason;
    return new Retrieval.Away(reason);
  }

  private HttpRequest request(String query, int limit, Optional<String> owner) {
    String path =
        "/search?q="
            + encoded(shortened(query))
            + "&limit="
            + limit
            + owner.map(name -> "&owner=" + encoded(name)).orElse("");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(withoutSlash(base) + path))
            .header("Accept", "application/json")
            .timeout(timeout);
    key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
    return request.build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** How the last search went; before the first one all is well. */
  @Override
  public List<HealthCheck> checks() {
    String last = problem;
    return List.of(
        last.isEmpty()
            ? HealthCheck.ok(NAME)
            : HealthCheck.degraded(
                NAME, "the last search failed: " + last, "packs are made without passages"));
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  // The client's own time-out ends at the headers; this one includes the body.
  private HttpResponse<byte[]> send(HttpRequest request)
      throws IOException, InterruptedException, TimeoutException {
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    try {
      return answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static List<Document> documents(byte[] body) throws IOException {
    JsonNode results = JSON.readTree(body).path("results");
    if (!results.isArray()) {
      throw new IOException("the answer has no list of results");
    }
    var documents = new ArrayList<Document>();
    for (JsonNode result : results) {
      var fields = new ArrayList<Document.Field>();
      for (String name : FIELDS) {
        add(fields, name, result.path("context").path(name));
      }
      if (!result.path("id").asText().isEmpty() && !fields.isEmpty()) {
        documents.add(
            new Document(
                result.path("id").asText(),
                result.path("version").asLong(),
                result.path("score").asDouble(),
                fields));
      }
    }
    return documents;
  }

  private static void add(List<Document.Field> fields, String name, JsonNode text) {
    if (text.isTextual() && !text.textValue().isBlank()) {
      fields.add(new Document.Field(name, text.textValue()));
    }
  }

  private static String shortened(String query) {
    if (query.length() <= MAX_QUERY) {
      return query;
    }
    int space = query.lastIndexOf(' ', MAX_QUERY);
    return query.substring(0, space > 0 ? space : query.offsetByCodePoints(0, MAX_QUERY / 2));
  }

  private static String withoutSlash(URI base) {
    String text = base.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }
}
