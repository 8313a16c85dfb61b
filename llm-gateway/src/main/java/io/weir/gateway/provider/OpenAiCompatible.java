package io.weir.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsAnswer;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.ProviderErrors;
import io.weir.gateway.pipeline.StreamRelay;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.upstream.UpstreamHttp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Any endpoint that speaks OpenAI's chat completions: OpenAI itself, OpenRouter, Ollama, vLLM,
 * Gemini's compatible address and many more. Requests go on as the bytes they came in but for the
 * model's name and a request for usage; answers come back as the bytes they are.
 */
public final class OpenAiCompatible implements ChatProvider {
  private static final int MAX_EVENT_BYTES = 8 << 20;
  private static final String CHAT = "/chat/completions";

  private final ProviderConfig config;
  private final Endpoint endpoint;

  public OpenAiCompatible(ProviderConfig config, UpstreamHttp http, Clock clock) {
    this.config = config;
    this.endpoint =
        new Endpoint(
            config,
            config
                .key()
                .map(key -> Map.of("Authorization", "Bearer " + key.reveal()))
                .orElse(Map.of()),
            http,
            clock);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Answer complete(ChatRequest request, String model) throws InterruptedException {
    return endpoint.whole(CHAT, request.bodyFor(model, false), this::completion);
  }

  @Override
  public Answer embed(EmbeddingsRequest request, String model) throws InterruptedException {
    return endpoint.whole("/embeddings", request.bodyFor(model), this::embeddings);
  }

  @Override
  public Opening open(ChatRequest request, String model) throws InterruptedException {
    boolean askUsage = config.own().streamUsage();
    boolean onlyWeAsk = askUsage && !request.wantsUsage();
    return endpoint.open(
        CHAT,
        request.bodyFor(model, askUsage),
        new StreamRelay(
            name(), onlyWeAsk, MAX_EVENT_BYTES, () -> request.tree().path("n").asInt(1)));
  }

  @Override
  public List<String> fixedModels() {
    return config.models();
  }

  @Override
  public Models models() throws InterruptedException {
    return endpoint.models("/models");
  }

  private Answer embeddings(byte[] bytes) {
    return switch (EmbeddingsAnswer.read(name(), bytes)) {
      case EmbeddingsAnswer.Whole(Usage usage) -> new Answer.Answered(bytes, usage);
      case EmbeddingsAnswer.Failed(Failure failure) -> new Answer.Failed(failure);
      case EmbeddingsAnswer.Other _ -> new Answer.Failed(endpoint.garbage("a list of embeddings"));
    };
  }

  private Answer completion(byte[] bytes) {
    Optional<JsonNode> completion = Json.object(bytes);
    if (completion.isEmpty()) {
      return new Answer.Failed(endpoint.garbage("a chat completion"));
    }
    Optional<Failure> failure = ProviderErrors.inAnswer(name(), completion.get());
    if (failure.isPresent()) {
      return new Answer.Failed(failure.get(), Usage.of(completion.get()));
    }
    if (!completion.get().path("choices").isArray()) {
      return new Answer.Failed(endpoint.garbage("a chat completion"));
    }
    Usage usage = Usage.of(completion.get()).orElse(Usage.NONE);
    if (completion.get().has("error")) {
      // "error": null; some clients take the mere key for a failure.
      ObjectNode clean = ((ObjectNode) completion.get()).without("error");
      return new Answer.Answered(Json.bytes(clean), usage);
    }
    return new Answer.Answered(bytes, usage);
  }
}
