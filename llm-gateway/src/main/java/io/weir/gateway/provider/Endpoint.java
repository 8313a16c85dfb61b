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
import io.weir.gateway.upstream.Limit;
import io.weir.gateway.upstream.UpstreamCall;
import io.weir.gateway.upstream.UpstreamHttp;
import io.weir.gateway.upstream.UpstreamRequest.Template;
import io.weir.gateway.upstream.UpstreamResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The address of one provider, and how a call to it ends: what all that answer by HTTP share,
 * whatever they speak. Thread-safe.
 */
final class Endpoint {
  private static final int MAX_ANSWER_BYTES = 128 << 20;
  private static final int MAX_ERROR_BYTES = 64 << 10;

  private final ProviderConfig config;
  private final Map<String, String> credentials;
  private final UpstreamHttp http;
  private final Template pages;
  private final Template events;
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
    this.pages = new Template(config.baseUrl(), headers("application/json", "gzip"));
    // Compression holds pieces back; who compresses them all the same is understood.
    this.events = new Template(config.baseUrl(), headers("text/event-stream", "identity"));
    this.clock = clock;
  }

  String name() {
    return config.name();
  }

  /** Sends {@code json} and reads the whole answer. */
  Answer whole(String path, byte[] json, Reading<Answer> reading) throws InterruptedException {
    return exchange(http.call(pages.post(path, json)), reading, Answer.Failed::new);
  }

  /** Sends {@code json} and begins to read a stream of events. */
  Opening open(String path, byte[] json, EventRelay relay) throws InterruptedException {
    UpstreamCall call = http.stream(events.post(path, json));
    Limit silence = http.beforeStream();
    @Nullable UpstreamResponse response = null;
    boolean opened = false;
    try {
      response = call.execute();
      UpstreamResponse head = response;
      if (head.status() != 200) {
        return new Opening.Failed(silence.over(call, () -> refusal(head)));
      }
      if (!mayBeEvents(head.header("content-type").orElse(""))) {
        return new Opening.Failed(silence.over(call, () -> noStream(head)));
      }
      var stream = new RelayedStream(name(), call, head, relay, http.withinStream());
      Optional<Failure> failure = stream.awaitFirst(silence);
      if (failure.isPresent()) {
        return new Opening.Failed(failure.get());
      }
      opened = true;
      return new Opening.Opened(stream);
    } catch (IOException e) {
      return new Opening.Failed(BrokenCalls.failure(name(), e, response != null));
    } finally {
      if (!opened && response != null) {
        response.close();
      }
    }
  }

  /** Asks for a list of models in OpenAI's form, which others use too. */
  Models models(String path) throws InterruptedException {
    return exchange(
        http.quick(pages.get(path)),
        body ->
            DiscoveredModels.read(body)
                .<Models>map(Models.Known::new)
                .orElseGet(() -> new Models.Unknown(garbage("a list of models"))),
        Models.Unknown::new);
  }

  /** Asks for a page. */
  <T> T get(String path, Reading<T> reading, java.util.function.Function<Failure, T> failing)
      throws InterruptedException {
    return exchange(http.call(pages.get(path)), reading, failing);
  }

  /** Sends {@code json} and reads the page that it is answered with. */
  <T> T post(
      String path, byte[] json, Reading<T> reading, java.util.function.Function<Failure, T> failing)
      throws InterruptedException {
    return exchange(http.call(pages.post(path, json)), reading, failing);
  }

  /** What to say of an answer that is none. */
  Failure garbage(String expected) {
    return Failure.providerError(
        "Provider '" + name() + "' answered 200, but not with " + expected + ".",
        "provider_answer_invalid");
  }

  private <T> T exchange(
      UpstreamCall call, Reading<T> reading, java.util.function.Function<Failure, T> failing)
      throws InterruptedException {
    boolean begun = false;
    try (UpstreamResponse response = call.execute()) {
      if (response.status() != 200) {
        return failing.apply(refusal(response));
      }
      begun = true;
      return reading.of(response.bytes(MAX_ANSWER_BYTES));
    } catch (IOException e) {
      return failing.apply(BrokenCalls.failure(name(), e, begun));
    }
  }

  private Map<String, String> headers(String accept, String encoding) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("User-Agent", "weir-gateway");
    headers.put("Accept", accept);
    headers.put("Accept-Encoding", encoding);
    headers.putAll(config.headers());
    headers.putAll(credentials);
    return headers;
  }

  private Failure refusal(UpstreamResponse response) {
    Optional<Duration> wait =
        RetryAfter.of(
            response.header("retry-after-ms"), response.header("retry-after"), clock.instant());
    return ProviderErrors.of(name(), response.status(), errorBody(response), wait, config.keyName())
        .advising(shouldRetry(response));
  }

  /** The beginning of an error's body; what can't be read of it is left out. */
  private static byte[] errorBody(UpstreamResponse response) {
    try {
      return response.beginning(MAX_ERROR_BYTES);
    } catch (IOException cutOff) {
      return new byte[0];
    }
  }

  /** Whether the provider says to send the same again; null when it says nothing. */
  private static @Nullable Boolean shouldRetry(UpstreamResponse response) {
    return switch (response.header("x-should-retry").orElse("")) {
      case "true" -> true;
      case "false" -> false;
      default -> null;
    };
  }

  private Failure noStream(UpstreamResponse response) throws IOException {
    return Json.object(response.bytes(MAX_ANSWER_BYTES))
        .flatMap(json -> ProviderErrors.inAnswer(name(), json))
        .orElseGet(() -> garbage("a stream of events"));
  }

  private static boolean mayBeEvents(String type) {
    String subtype = type.toLowerCase(Locale.ROOT);
    return !(subtype.contains("json") || subtype.contains("html"));
  }
}
