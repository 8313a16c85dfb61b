package io.weir.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.DiscoveredModels;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.ProviderErrors;
import io.weir.gateway.pipeline.RetryAfter;
import io.weir.gateway.pipeline.StreamRelay;
import io.weir.gateway.pipeline.Usage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * Any endpoint that speaks OpenAI's chat completions: OpenAI itself, OpenRouter, Ollama, vLLM and
 * many more. Requests go on as the bytes they came in but for the model's name and a request for
 * usage; answers come back as the bytes they are.
 */
public final class OpenAiCompatible implements ChatProvider {
  private static final int MAX_ANSWER_BYTES = 64 << 20;
  private static final int MAX_EVENT_BYTES = 8 << 20;
  private static final String CHAT = "/chat/completions";

  private final ProviderConfig config;
  private final UpstreamHttp http;
  private final Clock clock;

  public OpenAiCompatible(ProviderConfig config, UpstreamHttp http, Clock clock) {
    this.config = config;
    this.http = http;
    this.clock = clock;
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public Answer complete(ChatRequest request, String model) throws InterruptedException {
    Request call =
        request(CHAT)
            .header("Accept", "application/json")
            .post(UpstreamHttp.once(request.bodyFor(model, false)))
            .build();
    boolean begun = false;
    try (Response response = http.plain(call).execute()) {
      if (response.code() != 200) {
        return new Answer.Failed(refusal(response));
      }
      begun = true;
      return answer(body(response));
    } catch (IOException e) {
      return new Answer.Failed(UpstreamHttp.failure(name(), e, begun));
    }
  }

  @Override
  public Opening open(ChatRequest request, String model) throws InterruptedException {
    boolean onlyWeAsk = config.streamUsage() && !request.wantsUsage();
    Request call =
        request(CHAT)
            .header("Accept", "text/event-stream")
            .header("Accept-Encoding", "identity")
            .post(UpstreamHttp.once(request.bodyFor(model, config.streamUsage())))
            .build();
    @Nullable Response response = null;
    boolean opened = false;
    try {
      Call running = http.streaming(call);
      response = running.execute();
      if (response.code() != 200) {
        return new Opening.Failed(refusal(response));
      }
      ResponseBody body = body(response);
      if (!mayBeEvents(body.contentType())) {
        return new Opening.Failed(noStream(body));
      }
      var relay = new StreamRelay(name(), onlyWeAsk, MAX_EVENT_BYTES);
      var stream = new RelayedStream(name(), running, response, body, relay);
      Optional<Failure> failure = stream.awaitFirst(http.timeOuts().idle());
      if (failure.isPresent()) {
        return new Opening.Failed(failure.get());
      }
      opened = true;
      return new Opening.Opened(stream);
    } catch (IOException e) {
      return new Opening.Failed(UpstreamHttp.failure(name(), e, response != null));
    } finally {
      if (!opened && response != null) {
        response.close();
      }
    }
  }

  @Override
  public List<String> fixedModels() {
    return config.models();
  }

  @Override
  public Models models() throws InterruptedException {
    try (Response response = http.quick(request("/models").get().build()).execute()) {
      if (response.code() != 200) {
        return new Models.Unknown(refusal(response));
      }
      return DiscoveredModels.read(bytes(body(response)))
          .<Models>map(Models.Known::new)
          .orElseGet(() -> new Models.Unknown(garbage("a list of models")));
    } catch (IOException e) {
      return new Models.Unknown(UpstreamHttp.failure(name(), e, false));
    }
  }

  private Request.Builder request(String path) {
    Request.Builder request =
        new Request.Builder().url(config.baseUrl() + path).header("User-Agent", "weir-gateway");
    config.key().ifPresent(key -> request.header("Authorization", "Bearer " + key.reveal()));
    return request;
  }

  private Answer answer(ResponseBody body) throws IOException {
    byte[] bytes = bytes(body);
    Optional<JsonNode> completion = Json.object(bytes);
    if (completion.isEmpty()) {
      return new Answer.Failed(garbage("a chat completion"));
    }
    Optional<Failure> failure = ProviderErrors.inAnswer(name(), completion.get());
    if (failure.isPresent()) {
      return new Answer.Failed(failure.get());
    }
    if (!completion.get().path("choices").isArray()) {
      return new Answer.Failed(garbage("a chat completion"));
    }
    Usage usage = Usage.of(completion.get()).orElse(Usage.NONE);
    if (completion.get().has("error")) {
      // "error": null; some clients take the mere key for a failure.
      ObjectNode clean = ((ObjectNode) completion.get()).without("error");
      return new Answer.Answered(Json.bytes(clean), usage);
    }
    return new Answer.Answered(bytes, usage);
  }

  private Failure refusal(Response response) {
    Optional<Duration> wait =
        RetryAfter.of(
            Optional.ofNullable(response.header("retry-after-ms")),
            Optional.ofNullable(response.header("retry-after")),
            clock.instant());
    return ProviderErrors.of(
        name(), response.code(), UpstreamHttp.errorBody(response), wait, config.keyName());
  }

  private Failure noStream(ResponseBody body) throws IOException {
    return Json.object(bytes(body))
        .flatMap(json -> ProviderErrors.inAnswer(name(), json))
        .orElseGet(() -> garbage("a stream of events"));
  }

  private Failure garbage(String expected) {
    return Failure.providerError(
        "Provider '" + name() + "' answered 200, but not with " + expected + ".",
        "provider_answer_invalid");
  }

  private static boolean mayBeEvents(@Nullable MediaType type) {
    return type == null || !(type.subtype().contains("json") || type.subtype().contains("html"));
  }

  private static ResponseBody body(Response response) throws IOException {
    ResponseBody body = response.body();
    if (body == null) {
      throw new IOException("an answer without a body");
    }
    return body;
  }

  private static byte[] bytes(ResponseBody body) throws IOException {
    BufferedSource source = body.source();
    if (source.request(MAX_ANSWER_BYTES + 1L)) {
      throw new IOException("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
    }
    return source.readByteArray();
  }
}
