package io.weir.gateway.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
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
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Answers chat requests that wait for their answer: the micro service {@code ai.llm.chat}. */
public final class ChatResponder implements RequestHandler<LlmRequest, LlmResponse> {
  private static final String ENDPOINT = "nats_llm_chat";

  private final ToolAnswers answers;
  private final List<ToolSpec> tools;
  private final KeptAnswers kept;
  private final Clock clock;
  private final MessageAskers askers;

  /**
   * @param tools that requests may ask for
   * @param askers who pays
   */
  public ChatResponder(
      ToolAnswers answers,
      List<ToolSpec> tools,
      KeptAnswers kept,
      Clock clock,
      MessageAskers askers) {
    this.answers = answers;
    this.tools = List.copyOf(tools);
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
          case Result.Valid(ChatRequest read) when read.stream() ->
              throw refused(
                  Failure.invalid("Field 'stream': an answer comes as a whole here.", "stream"));
          case Result.Valid(ChatRequest read) -> read;
        };
    ChatRequest hinted =
        switch (RouteHints.read(name -> Optional.ofNullable(request.headers().get(name)))) {
          case RouteHints.Result.Refused wrong -> throw refused(wrong.failure());
          case RouteHints.Result.Valid(RouteHints hints) -> chat.with(hints);
        };
    Asker asker =
        switch (askers.of(message, ENDPOINT)) {
          case MessageAskers.Result.Refused(Failure failure) -> throw refused(failure);
          case MessageAskers.Result.Known(Asker known) -> known;
        };
    CacheUse cache =
        switch (CacheUse.read(
            name -> Optional.ofNullable(request.headers().get(name)), CacheUse.Mode.OFF)) {
          case CacheUse.Result.Refused(Failure failure) -> throw refused(failure);
          case CacheUse.Result.Valid(CacheUse use) -> use;
        };
    ToolOffer offer =
        switch (ToolOffer.read(
            Optional.ofNullable(request.headers().get(ToolOffer.HEADER)), tools)) {
          case ToolOffer.Result.Refused(Failure failure) -> throw refused(failure);
          case ToolOffer.Result.Valid(ToolOffer wanted) -> wanted;
        };
    String key = message.getIdempotencyKey();
    Reply reply =
        key.isEmpty()
            ? answers.complete(hinted, asker, offer, cache)
            : kept.once(
                asker.user(),
                ENDPOINT,
                key,
                offer.fingerprint(hinted),
                () -> answers.complete(hinted, asker, offer, cache));
    return switch (reply) {
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

  private static Refused refused(Failure failure) {
    String code = failure.code() == null ? "" : failure.code() + ": ";
    return new Refused(failure.status(), code + failure.message(), failure.retryAfter());
  }

  private Timestamp now() {
    Instant now = clock.instant();
    return Timestamp.newBuilder().setSeconds(now.getEpochSecond()).setNanos(now.getNano()).build();
  }
}
