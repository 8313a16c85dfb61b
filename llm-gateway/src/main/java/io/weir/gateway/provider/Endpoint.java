package io.weir.gateway.provider;

import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.pipeline.DiscoveredModels;
import io.weir.gateway.pipeline.EventRelay;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.ProviderErrors;
import io.weir.gateway.pipeline.RetryAfter;
import io.weir.gateway.provider.ChatProvider.Answer;
import io.weir.gateway.provider.ChatProvider.Models;
import io.weir.gateway.provider.ChatProvider.Opening;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.Call;
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The address of one provider, and how a call to it ends: what all that answer by HTTP share,
 * whatever they speak. Thread-safe.
 */
final class Endpoint {
  private static final int MAX_ANSWER_BYTES = 128 << 20;

  private final ProviderConfig config;
  private final Map<String, String> credentials;
  private final UpstreamHttp http;
  private final Clock clock;

  /** Makes something of a whole answer. */
  @FunctionalInterface
  interface Reading<T> {
    T of(byte[] body);
  }

  /**
   * @param credentials the headers that carry the key and what else each request has
   */
  Endpoint(ProviderConfig config, Map<String, String> credentials, UpstreamHttp http, Clock clock) {
    this.config = config;
    this.credentials = Map.copyOf(credentials);
    this.http = http.with(config.timeOuts());
    this.clock = clock;
  }

  String name() {
    return config.name();
  }

  /** Sends {@code json} and reads the whole answer. */
  Answer whole(String path, byte[] json, Reading<Answer> reading) throws InterruptedException {
    Request request =
        request(path).header("Accept", "application/json").post(UpstreamHttp.once(json)).build();
    return exchange(http.call(request), reading, Answer.Failed::new);
  }

  /** Sends {@code json} and begins to read a stream of events. */
  Opening open(String path, byte[] json, EventRelay relay) throws InterruptedException {
    Call call =
        http.stream(
            request(path)
                .header("Accept", "text/event-stream")
                .header("Accept-Encoding", "identity")
                .post(UpstreamHttp.once(json)));
    Silence silence = http.beforeStream();
    @Nullable Response response = null;
    boolean opened = false;
    try {
      response = silence.begun(call, call::execute);
      if (response.code() != 200) {
        Response refused = response;
        return new Opening.Failed(silence.bounded(call, () -> refusal(refused)));
      }
      ResponseBody body = body(response);
      if (!mayBeEvents(body.contentType())) {
        Response other = response;
        return new Opening.Failed(silence.bounded(call, () -> noStream(other)));
      }
      var stream =
          new RelayedStream(
              name(),
              call,
              response,
              UpstreamHttp.source(response, body),
              relay,
              http.withinStream());
      Optional<Failure> failure = stream.awaitFirst(silence);
      if (failure.isPresent()) {
        return new Opening.Failed(failure.get());
      }
      opened = true;
      return new Opening.Opened(stream);
    } catch (IOException e) {
      return new Opening.Failed(UpstreamHttp.failure(name(), e, response != null));
    } finally {
      if (!opened) {
        call.cancel();
        if (response != null) {
          response.close();
        }
      }
    }
  }

  /** Asks for a list of models in OpenAI's form, which others use too. */
  Models models(String path) throws InterruptedException {
    return exchange(
        http.quick(request(path).get().build()),
        body ->
            DiscoveredModels.read(body)
                .<Models>map(Models.Known::new)
                .orElseGet(() -> new Models.Unknown(garbage("a list of models"))),
        Models.Unknown::new);
  }

  /** Asks for a page. */
  <T> T get(String path, Reading<T> reading, java.util.function.Function<Failure, T> failing)
      throws InterruptedException {
    return exchange(http.call(request(path).get().build()), reading, failing);
  }

  /** Sends {@code json} and reads the page that it is answered with. */
  <T> T post(
      String path, byte[] json, Reading<T> reading, java.util.function.Function<Failure, T> failing)
      throws InterruptedException {
    return exchange(
        http.call(request(path).post(UpstreamHttp.once(json)).build()), reading, failing);
  }

  /** What to say of an answer that is none. */
  Failure garbage(String expected) {
    return Failure.providerError(
        "Provider '" + name() + "' answered 200, but not with " + expected + ".",
        "provider_answer_invalid");
  }

  private <T> T exchange(
      Call call, Reading<T> reading, java.util.function.Function<Failure, T> failing)
      throws InterruptedException {
    boolean begun = false;
    try (Response response = call.execute()) {
      if (response.code() != 200) {
        return failing.apply(refusal(response));
      }
      begun = true;
      return reading.of(bytes(UpstreamHttp.source(response, body(response))));
    } catch (IOException e) {
      call.cancel();
      return failing.apply(UpstreamHttp.failure(name(), e, begun));
    }
  }

  private Request.Builder request(String path) {
    Request.Builder request =
        new Request.Builder().url(config.baseUrl() + path).header("User-Agent", "weir-gateway");
    config.headers().forEach(request::header);
    credentials.forEach(request::header);
    return request;
  }

  private Failure refusal(Response response) {
    Optional<Duration> wait =
        RetryAfter.of(
            Optional.ofNullable(response.header("retry-after-ms")),
            Optional.ofNullable(response.header("retry-after")),
            clock.instant());
    return ProviderErrors.of(
            name(), response.code(), UpstreamHttp.errorBody(response), wait, config.keyName())
        .advising(UpstreamHttp.shouldRetry(response));
  }

  private Failure noStream(Response response) throws IOException {
    return Json.object(bytes(UpstreamHttp.source(response, body(response))))
        .flatMap(json -> ProviderErrors.inAnswer(name(), json))
        .orElseGet(() -> garbage("a stream of events"));
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

  private static byte[] bytes(BufferedSource source) throws IOException {
    if (source.request(MAX_ANSWER_BYTES + 1L)) {
      throw new IOException("an answer of more than " + MAX_ANSWER_BYTES + " bytes");
    }
    return source.readByteArray();
  }
}
