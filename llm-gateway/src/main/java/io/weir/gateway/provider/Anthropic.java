package io.weir.gateway.provider;

import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.ProviderErrors;
import io.weir.gateway.pipeline.anthropic.MessagesAnswer;
import io.weir.gateway.pipeline.anthropic.MessagesRelay;
import io.weir.gateway.pipeline.anthropic.MessagesRequest;
import io.weir.gateway.upstream.UpstreamHttp;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Anthropic's models by its own Messages API, translated both ways. */
public final class Anthropic implements ChatProvider {
  // The next one, 2026-10-21, takes no temperature, top_p and top_k, which callers have.
  private static final String VERSION = "2023-06-01";
  private static final String MESSAGES = "/messages";
  private static final int MAX_EVENT_BYTES = 8 << 20;

  private final ProviderConfig config;
  private final Endpoint endpoint;
  private final Clock clock;

  public Anthropic(ProviderConfig config, UpstreamHttp http, Clock clock) {
    this.config = config;
    this.clock = clock;
    Map<String, String> headers = new HashMap<>(Map.of("anthropic-version", VERSION));
    config.key().ifPresent(key -> headers.put("x-api-key", key.reveal()));
    this.endpoint = new Endpoint(config, headers, http, clock);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Answer complete(ChatRequest request, String model) throws InterruptedException {
    return switch (translate(request, model)) {
      case MessagesRequest.Result.Refused(Failure failure) -> new Answer.Failed(failure);
      case MessagesRequest.Result.Translated(MessagesRequest theirs) ->
          endpoint.whole(MESSAGES, theirs.body(), body -> answer(body, theirs.jsonTool()));
    };
  }

  @Override
  public Opening open(ChatRequest request, String model) throws InterruptedException {
    return switch (translate(request, model)) {
      case MessagesRequest.Result.Refused(Failure failure) -> new Opening.Failed(failure);
      case MessagesRequest.Result.Translated(MessagesRequest theirs) ->
          endpoint.open(
              MESSAGES,
              theirs.body(),
              new MessagesRelay(
                  name(), request.wantsUsage(), theirs.jsonTool(), now(), MAX_EVENT_BYTES));
    };
  }

  @Override
  public List<String> fixedModels() {
    return config.models();
  }

  @Override
  public Models models() throws InterruptedException {
    return endpoint.models("/models?limit=1000");
  }

  private MessagesRequest.Result translate(ChatRequest request, String model) {
    return MessagesRequest.of(request, model, config.own().maxTokens());
  }

  private Answer answer(byte[] body, boolean jsonTool) {
    Optional<MessagesAnswer> answer = MessagesAnswer.of(body, jsonTool, now());
    if (answer.isPresent()) {
      return new Answer.Answered(answer.get().body(), answer.get().usage());
    }
    return new Answer.Failed(
        Json.object(body)
            .flatMap(json -> ProviderErrors.inAnswer(name(), json))
            .orElseGet(() -> endpoint.garbage("a message")));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
