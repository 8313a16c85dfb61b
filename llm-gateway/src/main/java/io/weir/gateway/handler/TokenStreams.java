package io.weir.gateway.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import io.weir.messaging.Outgoing;
import io.weir.proto.v1.LlmChunk.Ending;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/**
 * Gets whole answers as streams, so that their tokens can be told while they are made. Thread-safe.
 */
public final class TokenStreams {
  /** As much as an answer that comes as a whole may have. */
  private static final long MOST_BYTES = 128L << 20;

  private static final String DURABLE_ONLY = "durable_only";
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]+");

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

  /** Whether a correlation id can name the subject of an answer. */
  static boolean isToken(String correlation) {
    return TOKEN.matcher(correlation).matches();
  }

  /** Gets an answer, the tokens of which go to {@code to} if it is made now. */
  @FunctionalInterface
  interface Telling {
    Reply answer(TokenChunks to) throws InterruptedException;
  }

  /**
   * Tells the tokens of an answer, and how they have ended.
   *
   * @param correlation names their subject
   * @param attempt higher than that of any attempt before
   */
  Reply tell(String correlation, int attempt, Telling telling) throws InterruptedException {
    try (var tokens =
        new TokenChunks(correlation, attempt, sending, TokenChunks.Bounds.DEFAULT, clock, meters)) {
      Reply reply = telling.answer(tokens);
      boolean answered = reply instanceof Reply.Answered;
      if (tokens.begun()) {
        tokens.end(answered ? Ending.ENDING_WHOLE : Ending.ENDING_BROKEN);
      } else if (answered) {
        tokens.end(Ending.ENDING_STORED);
      }
      return reply;
    }
  }

  /** The whole answer to a request that asks for a stream; its tokens go to {@code to}. */
  Reply answer(ChatRequest request, Asker asker, ToolOffer offer, TokenChunks to)
      throws InterruptedException {
    return switch (answers.stream(request.counted(), asker, offer)) {
      case Streaming.Begun(AnswerStream stream) -> {
        try (stream) {
          yield joined(stream, to);
        }
      }
      case Streaming.Failed(Failure failure) -> new Reply.Failed(failure);
    };
  }

  /** The same to a durable request, also by who has no tokens to tell, only an answer, some day. */
  Reply answerDurable(
      ChatRequest request, Asker asker, String workId, ToolOffer offer, TokenChunks to)
      throws InterruptedException {
    Reply reply = answer(request, asker, offer, to);
    return reply instanceof Reply.Failed(Failure failure) && DURABLE_ONLY.equals(failure.code())
        ? answers.completeUntold(request, asker, workId)
        : reply;
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
          Optional<ObjectNode> joined = whole.whole(stream.usage());
          boolean counted = stream.usage().isPresent(); // told behind the last word
          if (joined.isPresent() && !counted && !saysWhyItEnds(joined.get())) {
            return new Reply.Failed(invalid(stream, "an answer that does not say why it ends"));
          }
          return stream
              .whole()
              .or(() -> joined.map(Json::bytes))
              .<Reply>map(answer -> new Reply.Answered(answer, stream.by()))
              .orElseGet(() -> new Reply.Failed(invalid(stream, "a stream without an answer")));
        }
        case Part.Broken(Failure failure) -> {
          return new Reply.Failed(failure);
        }
      }
    }
  }

  /** One that was cut off, and ended in order all the same by who handed it on, does not. */
  private static boolean saysWhyItEnds(JsonNode answer) {
    for (JsonNode choice : answer.path("choices")) {
      JsonNode reason = choice.path("finish_reason");
      if (!reason.isTextual() || reason.asText().isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static Failure invalid(AnswerStream stream, String what) {
    return Failure.providerError(
        "Provider '" + stream.by().provider() + "' sent " + what + ".", "provider_answer_invalid");
  }
}
