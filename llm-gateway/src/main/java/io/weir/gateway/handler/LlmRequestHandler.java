package io.weir.gateway.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.completion.Completions;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.KeptAnswers;
import io.weir.gateway.completion.Stopwatch;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.CacheUse;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.ChatRequestReader.Result;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.RouteHints;
import io.weir.gateway.pipeline.tool.ToolOffer;
import io.weir.gateway.pipeline.tool.ToolSpec;
import io.weir.gateway.tools.ToolAnswers;
import io.weir.gateway.usage.MessageAskers;
import io.weir.messaging.Delivery;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Answers durable chat requests with the same answer that HTTP would give. Failures for good are
 * answers too; what may pass is retried, and while every provider is away nothing is spent.
 */
public final class LlmRequestHandler implements MessageHandler<LlmRequest> {
  private static final String ENDPOINT = Asker.DURABLE;
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

  private final Completions completions;
  private final ToolAnswers answers;
  private final List<ToolSpec> tools;
  private final TokenStreams streams;
  private final KeptAnswers kept;
  private final RequestMeter meter;
  private final Clock clock;
  private final Consumer<Outgoing> lastWord;
  private final MessageAskers askers;
  private final Parked parked;

  /**
   * A handler.
   *
   * @param streams for requests that want to see their answer's tokens
   * @param tools that requests may ask for
   * @param lastWord publishes the error of a request that ended in the dead letters, for the one
   *     who still waits for an answer
   * @param askers who pays
   */
  public LlmRequestHandler(
      Completions completions,
      ToolAnswers answers,
      TokenStreams streams,
      List<ToolSpec> tools,
      KeptAnswers kept,
      RequestMeter meter,
      Clock clock,
      Consumer<Outgoing> lastWord,
      MessageAskers askers) {
    this.completions = completions;
    this.answers = answers;
    this.tools = List.copyOf(tools);
    this.streams = streams;
    this.kept = kept;
    this.meter = meter;
    this.clock = clock;
    this.lastWord = lastWord;
    this.askers = askers;
    this.parked = new Parked(clock);
  }

  @Override
  public Outcome handle(Delivery<LlmRequest> delivery) throws InterruptedException {
    LlmRequest message = delivery.payload();
    if (!TokenStreams.isToken(message.getCorrelationId())) {
      return Outcome.dead(
          "correlation_id: expected letters, digits, - and _, because it names the answer's"
              + " subject");
    }
    Stopwatch watch = Stopwatch.start();
    byte[] body = message.getRequestJson().toByteArray();
    return switch (ChatRequestReader.read(body)) {
      case Result.Refused refused -> failed(delivery, "", refused.failure(), watch);
      case Result.Valid(ChatRequest request) ->
          switch (RouteHints.read(name -> Optional.ofNullable(delivery.headers().get(name)))) {
            case RouteHints.Result.Refused wrong ->
                failed(delivery, request.model(), wrong.failure(), watch);
            case RouteHints.Result.Valid(RouteHints hints) ->
                answer(delivery, request.with(hints), watch);
          };
    };
  }

  private Outcome answer(Delivery<LlmRequest> delivery, ChatRequest request, Stopwatch watch)
      throws InterruptedException {
    CacheUse cache;
    switch (CacheUse.read(
        name -> Optional.ofNullable(delivery.headers().get(name)), CacheUse.Mode.ON)) {
      case CacheUse.Result.Refused(Failure failure) -> {
        return failed(delivery, request.model(), failure, watch);
      }
      case CacheUse.Result.Valid(CacheUse use) -> cache = use;
    }
    return switch (reply(delivery, request, cache)) {
      case Reply.Answered answered -> answered(delivery, answered, watch);
      case Reply.Failed(Failure failure) -> failed(delivery, request.model(), failure, watch);
    };
  }

  private Reply reply(Delivery<LlmRequest> delivery, ChatRequest request, CacheUse cache)
      throws InterruptedException {
    return switch (askers.of(delivery.payload(), ENDPOINT)) {
      case MessageAskers.Result.Refused(Failure failure) -> new Reply.Failed(failure);
      case MessageAskers.Result.Known(Asker asker, boolean mayTools) -> {
        Optional<String> wanted = Optional.ofNullable(delivery.headers().get(ToolOffer.HEADER));
        yield switch (ToolOffer.read(wanted, tools, mayTools)) {
          case ToolOffer.Result.Refused(Failure failure) -> new Reply.Failed(failure);
          case ToolOffer.Result.Valid(ToolOffer offer) ->
              reply(delivery, request, offer, asker, cache);
        };
      }
    };
  }

  private Reply reply(
      Delivery<LlmRequest> delivery,
      ChatRequest request,
      ToolOffer offer,
      Asker asker,
      CacheUse cache)
      throws InterruptedException {
    return request.stream()
        ? streamed(delivery, request, offer, asker)
        : kept.once(
            asker.user(),
            ENDPOINT,
            key(delivery),
            offer.fingerprint(request),
            () -> answers.completeDurable(request, asker, key(delivery), offer, cache));
  }

  /** A stream passes the cache by, as over HTTP. */
  private Reply streamed(
      Delivery<LlmRequest> delivery, ChatRequest request, ToolOffer offer, Asker asker)
      throws InterruptedException {
    String key = key(delivery);
    return streams.tell(
        delivery.payload().getCorrelationId(),
        delivery.deliveries(),
        tokens ->
            kept.once(
                asker.user(),
                ENDPOINT,
                key,
                offer.fingerprint(request),
                () -> streams.answerDurable(request, asker, key, offer, tokens)));
  }

  @Override
  public void deadLettered(Delivery<LlmRequest> delivery, String reason) {
    if (TokenStreams.isToken(delivery.payload().getCorrelationId())) {
      lastWord.accept(error(delivery, LlmError.Code.CODE_LLM_ERROR, reason));
    }
  }

  private Outcome answered(
      Delivery<LlmRequest> delivery, Reply.Answered answered, Stopwatch watch) {
    meter.record(ENDPOINT, false, watch.elapsed());
    String correlation = delivery.payload().getCorrelationId();
    LlmResponse response =
        LlmResponse.newBuilder()
            .setCorrelationId(correlation)
            .setResponseJson(ByteString.copyFrom(answered.body()))
            .setProvider(answered.by().provider())
            .setModel(answered.by().model())
            .setTimestamp(now())
            .build();
    return Outcome.done(
        Outgoing.of(
            Subjects.LLM_RESPONSE.with(correlation),
            id(delivery, "response"),
            Codecs.LLM_RESPONSE,
            response,
            correlation));
  }

  private Outcome failed(
      Delivery<LlmRequest> delivery, String model, Failure failure, Stopwatch watch) {
    if (failure.kind() != Failure.Kind.STILL_RUNNING && failure.kind() != Failure.Kind.RESERVED) {
      meter.record(ENDPOINT, true, watch.elapsed());
    }
    return switch (failure.kind()) {
      case INVALID_REQUEST, OFFLINE_ONLY ->
          refused(delivery, LlmError.Code.CODE_VALIDATION_ERROR, failure);
      case MODEL_NOT_FOUND -> refused(delivery, LlmError.Code.CODE_NOT_FOUND, failure);
      case PROVIDER_NOT_FOUND -> refused(delivery, LlmError.Code.CODE_PROVIDER_NOT_FOUND, failure);
      case PROVIDER_REFUSED -> refused(delivery, LlmError.Code.CODE_LLM_ERROR, failure);
      case PROVIDER_CREDENTIALS -> refused(delivery, LlmError.Code.CODE_UNAUTHORIZED, failure);
      case PROVIDER_UNREACHABLE ->
          completions.asksEveryProvider(model)
              ? Outcome.unavailable(Catalogue.MODELS, failure.message())
              : Outcome.retry(failure.message());
      case STILL_RUNNING ->
          Outcome.handBack(
              failure.message(), Objects.requireNonNullElse(failure.retryAfter(), LOOK_AGAIN));
      case RESERVED ->
          parked
              .wait(delivery, whose(delivery.payload()), failure.message())
              .orElseGet(() -> retry(failure));
      case RATE_LIMITED, PROVIDER_ERROR, TIME_OUT, CANCELLED -> retry(failure);
    };
  }

  private static String whose(LlmRequest request) {
    return request.getKeyId().isEmpty() ? request.getUserId() : request.getKeyId();
  }

  private static Outcome retry(Failure failure) {
    return failure.retryAfter() == null
        ? Outcome.retry(failure.message())
        : Outcome.retryAfter(failure.message(), failure.retryAfter());
  }

  private Outcome refused(Delivery<LlmRequest> delivery, LlmError.Code code, Failure failure) {
    String word = failure.code() == null ? "" : failure.code() + ": ";
    String field = failure.param() == null ? "" : " (" + failure.param() + ")";
    return Outcome.done(error(delivery, code, word + failure.message() + field));
  }

  private Outgoing error(Delivery<LlmRequest> delivery, LlmError.Code code, String message) {
    String correlation = delivery.payload().getCorrelationId();
    LlmError error =
        LlmError.newBuilder()
            .setCorrelationId(correlation)
            .setCode(code)
            .setMessage(message)
            .setTimestamp(now())
            .build();
    return Outgoing.of(
        Subjects.LLM_ERROR.with(correlation),
        id(delivery, "error"),
        Codecs.LLM_ERROR,
        error,
        correlation);
  }

  /** The same delivery, delivered again, is answered once even if its sender gave it no key. */
  private static String key(Delivery<LlmRequest> delivery) {
    String given = delivery.payload().getIdempotencyKey();
    return given.isEmpty() ? id(delivery, "request") : given;
  }

  private static String id(Delivery<LlmRequest> delivery, String what) {
    return "llm:" + delivery.messageId() + ":" + delivery.payload().getCorrelationId() + ":" + what;
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }
}
