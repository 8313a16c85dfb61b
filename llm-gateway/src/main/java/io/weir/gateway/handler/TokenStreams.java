package io.weir.gateway.handler;

import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.completion.AnswerStream;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EventData;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.JoinedChunks;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.tool.ToolOffer;
import io.weir.gateway.provider.ChatStream.Part;
import io.weir.gateway.tools.ToolAnswers;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outgoing;
import io.weir.proto.v1.LlmRequest;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Gets whole answers as streams, so that their tokens can be told while they are made. Thread-safe.
 */
public final class TokenStreams {
  /** As much as an answer that comes as a whole may have. */
  private static final long MOST_BYTES = 128L << 20;

  private static final String DURABLE_ONLY = "durable_only";

  private final ToolAnswers answers;
  private final TokenChunks.Sending sending;
  private final Clock clock;
  private final MeterRegistry meters;

  /** Publishes a message and tells when JetStream has it; empty when there is no room to. */
  @FunctionalInterface
  public interface Publishing {
    Optional<CompletableFuture<Long>> publish(Outgoing message) throws InterruptedException;
  }

  public TokenStreams(
      ToolAnswers answers, Publishing publishing, Clock clock, MeterRegistry meters) {
    this.answers = answers;
    this.sending = publishing::publish;
    this.clock = clock;
    this.meters = meters;
  }

  /** Where the tokens of this delivery's answer are told. */
  TokenChunks of(Delivery<LlmRequest> delivery) {
    return new TokenChunks(
        delivery.payload().getCorrelationId(),
        delivery.deliveries(),
        sending,
        TokenChunks.Bounds.DEFAULT,
        clock,
        meters);
  }

  /** The whole answer to a durable request that asks for a stream; its tokens go to {@code to}. */
  Reply answer(ChatRequest request, Asker asker, String workId, ToolOffer offer, TokenChunks to)
      throws InterruptedException {
    return switch (answers.stream(request.counted(), asker, offer)) {
      case Streaming.Begun(AnswerStream stream) -> {
        try (stream) {
          yield joined(stream, to);
        }
      }
      // It has no tokens to tell, only an answer, some day.
      case Streaming.Failed(Failure failure) when DURABLE_ONLY.equals(failure.code()) ->
          answers.completeUntold(request, asker, workId);
      case Streaming.Failed(Failure failure) -> new Reply.Failed(failure);
    };
  }

  private static Reply joined(AnswerStream stream, TokenChunks to) throws InterruptedException {
    var whole = new JoinedChunks();
    long bytes = 0;
    while (true) {
      switch (stream.next()) {
        case Part.Events(byte[] events) -> {
          bytes += events.length;
          if (bytes > MOST_BYTES) {
            return new Reply.Failed(
                invalid(stream, "more than " + MOST_BYTES + " bytes of an answer"));
          }
          for (EventData.Chunk chunk : EventData.chunks(events)) {
            to.add(chunk.json());
            whole.add(chunk.tree());
          }
        }
        case Part.End() -> {
          return stream
              .whole()
              .or(() -> whole.whole(stream.usage()).map(Json::bytes))
              .<Reply>map(answer -> new Reply.Answered(answer, stream.by()))
              .orElseGet(() -> new Reply.Failed(invalid(stream, "a stream without an answer")));
        }
        case Part.Broken(Failure failure) -> {
          return new Reply.Failed(failure);
        }
      }
    }
  }

  private static Failure invalid(AnswerStream stream, String what) {
    return Failure.providerError(
        "Provider '" + stream.by().provider() + "' sent " + what + ".", "provider_answer_invalid");
  }
}
