package io.weir.gateway.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.KeptAnswers;
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
import io.weir.messaging.Request;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestHandler;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Answers chat requests that wait for their answer: the micro service {@code ai.llm.chat}. The
 * answer comes as a whole; the tokens of one that was asked for as a stream are told meanwhile.
 */
public final class ChatResponder implements RequestHandler<LlmRequest, LlmResponse> {
  private static final String ENDPOINT = "nats_llm_chat";

  /** Nobody counts how often a request is sent again, but its second comes after its first. */
  private static final Instant FIRST_ATTEMPT = Instant.parse("2026-01-01T00:00:00Z");

  private static final Failure NO_SUBJECT =
      Failure.invalid(
          "Field 'correlation_id': with \"stream\": true letters, digits, - and _ are expected,"
              + " because it names the subject of the answer's tokens.",
          "correlation_id");

  private final ToolAnswers answers;
  private final List<ToolSpec> tools;
  private final TokenStreams streams;
  private final KeptAnswers kept;
  private final Clock clock;
  private final MessageAskers askers;

  /**
   * @param tools that requests may ask for
   * @param streams for requests that want to see their answer's tokens
   * @param askers who pays
   */
  public ChatResponder(
      ToolAnswers answers,
      List<ToolSpec> tools,
      TokenStreams streams,
      KeptAnswers kept,
      Clock clock,
      MessageAskers askers) {
    this.answers = answers;
    this.tools = List.copyOf(tools);
    this.streams = streams;
    this.kept = kept;
    this.clock = clock;
    this.askers = askers;
  }

  @Override
  public LlmResponse answer(Request<LlmRequest> request) throws InterruptedException {
    LlmRequest message = request.payload();
    ChatRequest chat =
        switch (ChatRequestReader.read(message.getRequestJson().toByteArray())) {
          case Result.Refused refused -> throw refused(refused.failure());
          case Result.Valid(ChatRequest read)
              when read.stream() && !TokenStreams.isToken(message.getCorrelationId()) ->
              throw refused(NO_SUBJECT);
          case Result.Valid(ChatRequest read) -> read;
        };
    ChatRequest hinted =
        switch (RouteHints.read(name -> Optional.ofNullable(request.headers().get(name)))) {
          case RouteHints.Result.Refused wrong -> throw refused(wrong.failure());
          case RouteHints.Result.Valid(RouteHints hints) -> chat.with(hints);
        };
    MessageAskers.Result.Known known =
        switch (askers.of(message, ENDPOINT)) {
          case MessageAskers.Result.Refused(Failure failure) -> throw refused(failure);
          case MessageAskers.Result.Known found -> found;
        };
    Asker asker = known.asker();
    CacheUse cache =
        switch (CacheUse.read(
            name -> Optional.ofNullable(request.headers().get(name)), CacheUse.Mode.OFF)) {
          case CacheUse.Result.Refused(Failure failure) -> throw refused(failure);
          case CacheUse.Result.Valid(CacheUse use) -> use;
        };
    ToolOffer offer =
        switch (ToolOffer.read(
            Optional.ofNullable(request.headers().get(ToolOffer.HEADER)), tools, known.tools())) {
          case ToolOffer.Result.Refused(Failure failure) -> throw refused(failure);
          case ToolOffer.Result.Valid(ToolOffer wanted) -> wanted;
        };
    return switch (reply(message, hinted, asker, offer, cache)) {
      case Reply.Failed(Failure failure) -> throw refused(failure);
      case Reply.Answered answered ->
          LlmResponse.newBuilder()
              .setCorrelationId(message.getCorrelationId())
              .setResponseJson(ByteString.copyFrom(answered.body()))
              .setProvider(answered.by().provider())
              .setModel(answered.by().model())
              .setTimestamp(now())
              .build();
    };
  }

  /** A stream passes the cache by, as over HTTP. */
  private Reply reply(
      LlmRequest message, ChatRequest chat, Asker asker, ToolOffer offer, CacheUse cache)
      throws InterruptedException {
    return chat.stream()
        ? streams.tell(
            message.getCorrelationId(),
            attempt(),
            tokens ->
                once(message, chat, asker, offer, () -> streams.answer(chat, asker, offer, tokens)))
        : once(message, chat, asker, offer, () -> answers.complete(chat, asker, offer, cache));
  }

  private Reply once(
      LlmRequest message, ChatRequest chat, Asker asker, ToolOffer offer, AnswerShelf.Asking asking)
      throws InterruptedException {
    String key = message.getIdempotencyKey();
    return key.isEmpty()
        ? asking.ask()
        : kept.once(asker.user(), ENDPOINT, key, offer.fingerprint(chat), asking);
  }

  private int attempt() {
    return (int) Math.max(1, Duration.between(FIRST_ATTEMPT, clock.instant()).toSeconds());
  }

  private static Refused refused(Failure failure) {
    String code = failure.code() == null ? "" : failure.code() + ": ";
    return new Refused(failure.status(), code + failure.message(), failure.retryAfter());
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }
}
