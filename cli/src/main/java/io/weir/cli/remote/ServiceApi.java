package io.weir.cli.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.weir.messaging.runtime.Secret;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One service's HTTP interface, spoken to in JSON. Thread-safe. */
public final class ServiceApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SHOWN_CHARACTERS = 300;

  private final HttpClient http;
  private final URI base;
  private final Optional<Secret> key;
  private final Duration timeout;

  /**
   * For calls to one service.
   *
   * @param base address of the service, without a path
   * @param key the API key to show, if there is one
   * @param timeout for one call, until its headers are there
   */
  public ServiceApi(HttpClient http, URI base, Optional<Secret> key, Duration timeout) {
    this.http = http;
    this.base = base;
    this.key = key;
    this.timeout = timeout;
  }

  /** An answer: the body as it came, and read as JSON (a missing node where it is none). */
  public record Reply(int status, String body, JsonNode json) {}

  /** GETs a path that is there; throws {@link CallException} for any status but 200. */
  public Reply get(String path) throws InterruptedException {
    return expect(request(path).GET().build(), Set.of(200));
  }

  /** GETs a path and returns whatever status comes; throws {@link CallException} when none does. */
  public Reply ask(String path) throws InterruptedException {
    return send(request(path).GET().build());
  }

  /** POSTs JSON; throws {@link CallException} for any status but 200, 201 and 202. */
  public Reply post(String path, JsonNode body) throws InterruptedException {
    HttpRequest request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    return expect(request, Set.of(200, 201, 202));
  }

  /**
   * POSTs JSON and hands on the answer line by line as it comes; throws {@link CallException} for
   * any status but 200, and when the answer breaks off.
   */
  public void stream(String path, JsonNode body, Consumer<String> lines)
      throws InterruptedException {
    HttpRequest request =
        request(path)
            .setHeader("Accept", "text/event-stream")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()))
            .build();
    try {
      HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
      try (Stream<String> all = response.body()) {
        if (response.statusCode() != 200) {
          String text = all.collect(Collectors.joining("\n"));
          throw refused(request, new Reply(response.statusCode(), text, json(text)));
        }
        all.forEach(lines);
      }
    } catch (IOException | UncheckedIOException e) {
      throw unanswered(request, e);
    }
  }

  /** DELETEs what is there; throws {@link CallException} for any status but 200 and 204. */
  public Reply delete(String path) throws InterruptedException {
    return expect(request(path).DELETE().build(), Set.of(200, 204));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(timeout)
            .header("Accept", "application/json");
    key.ifPresent(secret -> request.header("Authorization", "Bearer " + secret.reveal()));
    return request;
  }

  private Reply expect(HttpRequest request, Set<Integer> statuses) throws InterruptedException {
    Reply reply = send(request);
    if (!statuses.contains(reply.status())) {
      throw refused(request, reply);
    }
    return reply;
  }

  private CallException refused(HttpRequest request, Reply reply) {
    return new CallException(
        "%s %s answered %d: %s%s"
            .formatted(
                request.method(), request.uri(), reply.status(), explanation(reply), hint(reply)));
  }

  private static CallException unanswered(HttpRequest request, Exception e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new CallException(
        "%s %s got no answer: %s".formatted(request.method(), request.uri(), why), e);
  }

  private String hint(Reply reply) {
    return reply.status() == 401 && key.isEmpty()
        ? " (set WEIR_API_KEY to a key of this platform: weir keys create makes one)"
        : "";
  }

  private Reply send(HttpRequest request) throws InterruptedException {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return new Reply(response.statusCode(), response.body(), json(response.body()));
    } catch (IOException e) {
      throw unanswered(request, e);
    }
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  // RFC 9457 has title and detail, OpenAI's interface an error with a message.
  static String explanation(Reply reply) {
    JsonNode json = reply.json();
    if (json.path("error").path("message").isTextual()) {
      return json.path("error").path("message").asText();
    }
    if (json.path("title").isTextual()) {
      String detail = json.path("detail").asText("");
      return json.path("title").asText() + (detail.isEmpty() ? "" : ": " + detail);
    }
    String body = reply.body().strip();
    return body.length() > SHOWN_CHARACTERS ? body.substring(0, SHOWN_CHARACTERS) + " ..." : body;
  }
}
