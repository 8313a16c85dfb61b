package io.weir.testsupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Gives the answer of a {@link ScriptedLlm} to one request as its mood wants it. */
final class ScriptedAnswer {

  private static final String JSON_TYPE = "application/json";

  private final HttpExchange exchange;
  private final RecordedRequest request;
  private final List<String> models;
  private final CountDownLatch over;
  private final OpenAiBodies openAi;
  private final Dialect bodies;
  private volatile boolean complete;

  ScriptedAnswer(
      HttpExchange exchange, RecordedRequest request, List<String> models, CountDownLatch over) {
    this.exchange = exchange;
    this.request = request;
    this.models = models;
    this.over = over;
    this.openAi =
        new OpenAiBodies(
            "chatcmpl-" + UUID.randomUUID(), request.at().getEpochSecond(), request.body());
    this.bodies =
        request.path().startsWith("/v1/messages")
            ? new AnthropicBodies("msg_" + UUID.randomUUID(), request.body())
            : openAi;
  }

  void give(Function<JsonNode, Mood> moods) throws IOException, InterruptedException {
    Thread.ofVirtual().name("scripted-llm-watch").start(this::watchClient);
    String path = request.path().replaceFirst("\\?.*", "");
    String route = request.method() + " " + path;
    switch (route) {
      case "POST /v1/chat/completions" -> chat(moods.apply(request.body()), Duration.ZERO);
      case "POST /v1/messages" -> messages(moods);
      case "POST /v1/embeddings" -> embeddings(moods.apply(request.body()), Duration.ZERO);
      case "GET /v1/models" ->
          json(
              200,
              request.header("anthropic-version").isPresent()
                  ? AnthropicBodies.models(models)
                  : OpenAiBodies.models(models),
              Map.of());
      default -> {
        String model = route.replaceFirst("^GET /v1/models/", "");
        if (models.contains(model)) {
          json(200, OpenAiBodies.model(model), Map.of());
        } else {
          json(
              404,
              OpenAiBodies.error("Unknown route: " + route, "invalid_request_error", "not_found"),
              Map.of());
        }
      }
    }
    complete = true;
  }

  private void watchClient() {
    exchange.awaitClientGone();
    if (!complete) {
      request.clientGone().complete(Instant.now());
    }
  }

  private void messages(Function<JsonNode, Mood> moods) throws IOException, InterruptedException {
    if (request.header("x-api-key").or(() -> request.header("authorization")).isEmpty()) {
      json(401, AnthropicBodies.error("authentication_error", "x-api-key required"), Map.of());
      return;
    }
    Optional<String> complaint =
        request.header("anthropic-version").isEmpty()
            ? Optional.of("anthropic-version: header is required")
            : AnthropicChecks.complaint(request.body());
    if (complaint.isPresent()) {
      json(400, AnthropicBodies.error("invalid_request_error", complaint.get()), Map.of());
      return;
    }
    chat(moods.apply(request.body()), Duration.ZERO);
  }

  private void chat(Mood mood, Duration betweenChunks) throws IOException, InterruptedException {
    switch (mood) {
      case Mood.Answer answer -> {
        if (bodies.wantsStream()) {
          stream(bodies.frames(answer), betweenChunks);
        } else {
          json(200, bodies.completion(answer), Map.of());
        }
      }
      case Mood.ToolCalls calls -> {
        if (bodies.wantsStream()) {
          stream(bodies.frames(calls), betweenChunks);
        } else {
          json(200, bodies.completion(calls), Map.of());
        }
      }
      case Mood.Slow slow -> {
        pause(slow.beforeFirstByte());
        chat(slow.then(), slow.betweenChunks());
      }
      case Mood.Held held -> {
        pauseUntil(held.goOn());
        chat(held.then(), betweenChunks);
      }
      case Mood.BrokenStream broken -> breakOff(broken, betweenChunks);
      case Mood.ErrorEvent error -> errorEvent(error);
      case Mood.Truncated truncated ->
          truncate(bodies.completion(new Mood.Answer(truncated.text())));
      case Mood.RateLimited _, Mood.Failure _, Mood.WrongKey _, Mood.Silent _, Mood.Garbage _ ->
          refuse(mood);
    }
  }

  private void embeddings(Mood mood, Duration ignored) throws IOException, InterruptedException {
    switch (mood) {
      case Mood.Answer _, Mood.ToolCalls _ -> json(200, openAi.embeddings(), Map.of());
      case Mood.Slow slow -> {
        pause(slow.beforeFirstByte());
        embeddings(slow.then(), slow.betweenChunks());
      }
      case Mood.Held held -> {
        pauseUntil(held.goOn());
        embeddings(held.then(), ignored);
      }
      case Mood.BrokenStream _, Mood.ErrorEvent _ -> exchange.reset();
      case Mood.Truncated _ -> truncate(openAi.embeddings());
      case Mood.RateLimited _, Mood.Failure _, Mood.WrongKey _, Mood.Silent _, Mood.Garbage _ ->
          refuse(mood);
    }
  }

  private void refuse(Mood mood) throws IOException, InterruptedException {
    switch (mood) {
      case Mood.RateLimited limited -> {
        long seconds = limited.retryAfter().plusMillis(999).toSeconds();
        json(429, bodies.rateLimited(seconds), Map.of("Retry-After", Long.toString(seconds)));
      }
      case Mood.Failure failure ->
          json(failure.status(), bodies.error(failure.status(), failure.message()), Map.of());
      case Mood.WrongKey _ -> json(401, bodies.wrongKey(), Map.of());
      case Mood.Garbage garbage ->
          exchange.answer(
              200, "text/html", garbage.body().getBytes(StandardCharsets.UTF_8), Map.of());
      case Mood.Silent _ -> pause(Duration.ofDays(1));
      default -> throw new IllegalStateException("not a refusal: " + mood);
    }
  }

  private void stream(List<String> events, Duration betweenChunks)
      throws IOException, InterruptedException {
    exchange.beginStream();
    for (String event : events) {
      exchange.event(event);
      pause(betweenChunks);
    }
    // Before the last bytes: a client may close as soon as it has them.
    complete = true;
    exchange.event(bodies.end());
    exchange.endStream();
  }

  private void errorEvent(Mood.ErrorEvent error) throws IOException {
    if (!bodies.wantsStream()) {
      json(500, bodies.error(500, "Something went wrong."), Map.of());
      return;
    }
    exchange.beginStream();
    for (String event :
        bodies.frames(new Mood.Answer(error.text())).stream().limit(error.events()).toList()) {
      exchange.event(event);
    }
    complete = true;
    exchange.event(bodies.errorFrame(error.type(), "Something went wrong."));
    exchange.endStream();
  }

  private void breakOff(Mood.BrokenStream broken, Duration betweenChunks)
      throws IOException, InterruptedException {
    Mood.Answer answer = new Mood.Answer(broken.text());
    if (!bodies.wantsStream()) {
      byte[] whole = bytes(bodies.completion(answer));
      exchange.answerPartly(JSON_TYPE, whole, whole.length / 2);
    } else {
      exchange.beginStream();
      for (String event : bodies.frames(answer).stream().limit(broken.events()).toList()) {
        exchange.event(event);
        pause(betweenChunks);
      }
    }
    complete = true;
    exchange.breakOff();
  }

  private void truncate(ObjectNode body) throws IOException {
    byte[] whole = bytes(body);
    exchange.answerPartly(JSON_TYPE, whole, whole.length / 2);
  }

  private void json(int status, ObjectNode body, Map<String, String> headers) throws IOException {
    // Before the bytes: a client may close as soon as it has them.
    complete = true;
    exchange.answer(status, JSON_TYPE, bytes(body), headers);
  }

  private static byte[] bytes(ObjectNode body) {
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Waits, but not longer than the server is open or the client is there. */
  private void pauseUntil(CountDownLatch goOn) throws IOException, InterruptedException {
    while (goOn.getCount() > 0) {
      pause(Duration.ofMillis(5));
    }
  }

  private void pause(Duration time) throws IOException, InterruptedException {
    if (time.isZero()) {
      return;
    }
    long deadline = System.nanoTime() + time.toNanos();
    while (true) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return;
      }
      long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
      if (over.await(slice, TimeUnit.NANOSECONDS) || request.clientGone().isDone()) {
        throw new IOException("the answer is not wanted any more");
      }
    }
  }
}
