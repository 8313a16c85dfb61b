package io.weir.gateway.handler;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.weir.gateway.completion.CachedCompletions;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.KeptAnswers;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.CacheUse;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.ChatRequestReader.Result;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.RouteHints;
import io.weir.gateway.usage.MessageAskers;
import io.weir.messaging.Request;
import io.weir.messaging.RequestFailedException.Refused;
import io.weir.messaging.RequestHandler;
import io.weir.proto.v1.LlmRequest;
import io.weir.proto.v1.LlmResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/** Answers chat requests that wait for their answer: the micro service {@code ai.llm.chat}. */
public final class ChatResponder implements RequestHandler<LlmRequest, LlmResponse> {
  private static final String ENDPOINT = "nats_llm_chat";

  private final CachedCompletions completions;
  private final KeptAnswers kept;
  private final Clock clock;
  private final MessageAskers askers;

  /**
   * @param askers who pays
   */
  public ChatResponder(
      CachedCompletions completions, KeptAnswers kept, Clock clock, MessageAskers askers) {
    this.completions = completions;
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
    String key = message.getIdempotencyKey();
    Reply reply =
        key.isEmpty()
            ? completions.complete(hinted, asker, cache)
            : kept.once(
                asker.user(),
                ENDPOINT,
                key,
                hinted.body(),
                () -> completions.complete(hinted, asker, cache));
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
