package io.weir.gateway.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.completion.CachedCompletions;
import io.weir.gateway.completion.Completions;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.CacheUse;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.tool.ToolConversation;
import io.weir.gateway.pipeline.tool.ToolConversation.Beginning;
import io.weir.gateway.pipeline.tool.ToolConversation.Step;
import io.weir.gateway.pipeline.tool.ToolOffer;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * Answers chat requests with tools of the gateway: as {@link Completions} does, which it asks in
 * each round, and just so where none are offered; only then the cache of answers is asked.
 * Thread-safe; interrupting the calling thread ends what is under way.
 */
public final class ToolAnswers {
  private final Completions completions;
  private final CachedCompletions cached;
  private final ToolRounds rounds;

  public ToolAnswers(
      Completions completions,
      CachedCompletions cached,
      ToolRunner runner,
      ToolBounds bounds,
      Clock clock,
      MeterRegistry meters) {
    this.completions = completions;
    this.cached = cached;
    this.rounds = new ToolRounds(runner, bounds, clock, meters);
  }

  /** The whole answer to a request that asks for no stream. */
  public Reply complete(ChatRequest request, Asker asker, ToolOffer offer, CacheUse cache)
      throws InterruptedException {
    if (offer.isEmpty()) {
      return cached.complete(request, asker, cache);
    }
    return withTools(request, asker, offer);
  }

  private Reply withTools(ChatRequest request, Asker asker, ToolOffer offer)
      throws InterruptedException {
    return switch (ToolConversation.begin(request, offer)) {
      case Beginning.Refused(Failure failure) -> new Reply.Failed(failure);
      case Beginning.Begun(ToolConversation conversation) -> {
        Instant end = rounds.end();
        for (int round = 1; ; round++) {
          Reply reply = completions.complete(conversation.next(), asker);
          if (reply instanceof Reply.Failed(Failure failure)) {
            yield round == 1 ? reply : new Reply.Failed(failure.afterPurchase());
          }
          Reply.Answered answered = (Reply.Answered) reply;
          Optional<ObjectNode> body = Json.object(answered.body()).map(found -> (ObjectNode) found);
          if (body.isEmpty()) {
            yield reply;
          }
          switch (conversation.answered(body.get())) {
            case Step.Final(ObjectNode whole, boolean changed) -> {
              yield changed ? new Reply.Answered(Json.bytes(whole), answered.by()) : reply;
            }
            case Step.Execute execute -> {
              Optional<Failure> failure =
                  rounds.execute(conversation, execute.calls(), offer, asker, end);
              if (failure.isPresent()) {
                yield new Reply.Failed(failure.get());
              }
            }
          }
        }
      }
    };
  }

  /** As {@link #complete}, for a durable request; with tools it has to be answered at once. */
  public Reply completeDurable(
      ChatRequest request, Asker asker, String workId, ToolOffer offer, CacheUse cache)
      throws InterruptedException {
    return offer.isEmpty()
        ? cached.completeDurable(request, asker, workId, cache)
        : withTools(request, asker, offer);
  }

  /** The same of somebody who has no tokens to tell, and past the cache. */
  public Reply completeUntold(ChatRequest request, Asker asker, String workId)
      throws InterruptedException {
    return completions.completeDurable(request, asker, workId);
  }

  /** Begins the answer to a request that asks for a stream. */
  public Streaming stream(ChatRequest request, Asker asker, ToolOffer offer)
      throws InterruptedException {
    if (offer.isEmpty()) {
      return completions.stream(request, asker);
    }
    return switch (ToolConversation.begin(request, offer)) {
      case Beginning.Refused(Failure failure) -> new Streaming.Failed(failure);
      case Beginning.Begun(ToolConversation conversation) -> {
        Instant end = rounds.end();
        yield switch (completions.stream(conversation.next(), asker)) {
          case Streaming.Failed failed -> failed;
          case Streaming.Begun begun ->
              new Streaming.Begun(
                  new ToolStream(
                      conversation,
                      begun.stream(),
                      request.wantsUsage(),
                      next -> completions.stream(next, asker),
                      calls -> rounds.execute(conversation, calls, offer, asker, end)));
        };
      }
    };
  }
}
