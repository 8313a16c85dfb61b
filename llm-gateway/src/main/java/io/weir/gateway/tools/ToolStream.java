package io.weir.gateway.tools;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.completion.AnswerStream;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.pipeline.tool.RoundRelay;
import io.weir.gateway.pipeline.tool.ToolCall;
import io.weir.gateway.pipeline.tool.ToolConversation;
import io.weir.gateway.pipeline.tool.ToolConversation.Step;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The streams of all rounds as one. For one reader at a time. */
final class ToolStream implements AnswerStream {
  /** Of all rounds: as much as an answer that comes as a whole may have. */
  private static final long MOST_BYTES = 128L << 20;

  private final ToolConversation conversation;
  private final boolean wantsUsage;
  private final Asking asking;
  private final Executing executing;
  private AnswerStream round;
  private RoundRelay relay = new RoundRelay(Optional.empty());
  private long bytes;
  private @Nullable Part last;
  private byte @Nullable [] whole;

  /** Begins the stream of a next round. */
  @FunctionalInterface
  interface Asking {
    Streaming ask(ChatRequest next) throws InterruptedException;
  }

  /** Executes a round's calls, or says why not. */
  @FunctionalInterface
  interface Executing {
    Optional<Failure> execute(List<ToolCall> calls) throws InterruptedException;
  }

  ToolStream(
      ToolConversation conversation,
      AnswerStream first,
      boolean wantsUsage,
      Asking asking,
      Executing executing) {
    this.conversation = conversation;
    this.round = first;
    this.wantsUsage = wantsUsage;
    this.asking = asking;
    this.executing = executing;
  }

  @Override
  public Candidate by() {
    return round.by();
  }

  @Override
  public Part next() throws InterruptedException {
    while (last == null) {
      byte[] events =
          switch (round.next()) {
            case Part.Events(byte[] more) -> relayed(more);
            case Part.Broken broken -> broken(broken.failure());
            case Part.End() -> ended();
          };
      if (events.length > 0) {
        return new Part.Events(events);
      }
    }
    return last;
  }

  private byte[] relayed(byte[] events) {
    bytes += events.length;
    return bytes > MOST_BYTES
        ? broken(
            Failure.providerError(
                "Provider '" + by().provider() + "' sent more than an answer may have.",
                "provider_answer_invalid"))
        : relay.accept(events);
  }

  private byte[] broken(Failure failure) {
    last = new Part.Broken(failure);
    return new byte[0];
  }

  private byte[] ended() throws InterruptedException {
    Optional<ObjectNode> answer = relay.whole(round.usage());
    if (answer.isEmpty()) {
      return broken(
          Failure.providerError(
              "Provider '" + by().provider() + "' sent a stream without an answer.",
              "provider_answer_invalid"));
    }
    return switch (conversation.answered(answer.get())) {
      case Step.Final end -> {
        last = new Part.End();
        whole = Json.bytes(end.body());
        yield relay.end(end, conversation.usage().filter(usage -> wantsUsage));
      }
      case Step.Execute execute -> {
        round.close();
        Optional<Failure> failure = executing.execute(execute.calls());
        yield failure.isPresent() ? broken(failure.get()) : begin();
      }
    };
  }

  private byte[] begin() throws InterruptedException {
    switch (asking.ask(conversation.next())) {
      case Streaming.Failed(Failure failure) -> {
        return broken(failure.afterPurchase());
      }
      case Streaming.Begun begun -> {
        round = begun.stream();
        relay = new RoundRelay(Optional.of(relay.head()));
        return new byte[0];
      }
    }
  }

  @Override
  public Optional<Usage> usage() {
    return conversation
        .usage()
        .flatMap(usage -> Usage.of(Json.MAPPER.createObjectNode().set("usage", usage)));
  }

  @Override
  public Optional<byte[]> whole() {
    return Optional.ofNullable(whole);
  }

  @Override
  public void close() {
    round.close();
  }
}
