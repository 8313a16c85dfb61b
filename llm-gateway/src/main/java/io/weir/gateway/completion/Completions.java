package io.weir.gateway.completion;

import io.weir.gateway.completion.ProviderCalls.Asking;
import io.weir.gateway.completion.ProviderCalls.Call;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Router.Route;
import io.weir.gateway.provider.ChatProvider.Answer;
import io.weir.gateway.routing.Routing;
import io.weir.gateway.usage.Budgets;
import io.weir.gateway.usage.Budgets.Entry;
import io.weir.gateway.usage.CallRecorder;
import io.weir.gateway.usage.Hold;
import io.weir.platform.usage.Room;
import java.util.Optional;

/**
 * Answers chat requests, wherever they come from: routes them and asks the candidates one after the
 * other until one answers. A further candidate is asked only when the one before failed in a way
 * that may pass, and only before the first byte of an answer. Thread-safe; interrupting the calling
 * thread ends the call at the provider.
 */
public final class Completions {
  private final Catalogue catalogue;
  private final Routing routing;
  private final Fallback fallback;
  private final ProviderCalls calls;
  private final CallRecorder recorder;
  private final Budgets budgets;

  /** A whole answer, or why there is none. */
  public sealed interface Reply {
    /**
     * The answer.
     *
     * @param body the completion as UTF-8 JSON; not to be changed
     * @param by who answered
     * @param cached what the cache had to do with it
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
    record Answered(byte[] body, Candidate by, Cached cached) implements Reply {
      public Answered(byte[] body, Candidate by) {
        this(body, by, Cached.NOT_ASKED);
      }
    }

    record Failed(Failure failure) implements Reply {}

    private static Optional<Failure> failure(Reply reply) {
      return reply instanceof Reply.Failed(Failure failure)
          ? Optional.of(failure)
          : Optional.empty();
    }
  }

  /** What the cache had to do with an answer. */
  public enum Cached {
    NOT_ASKED,
    HIT,
    MISS
  }

  /** A stream that has begun, or why it has not. */
  public sealed interface Streaming {
    record Begun(AnswerStream stream) implements Streaming {}

    record Failed(Failure failure) implements Streaming {}

    private static Optional<Failure> failure(Streaming streaming) {
      return streaming instanceof Streaming.Failed(Failure failure)
          ? Optional.of(failure)
          : Optional.empty();
    }
  }

  public Completions(
      Catalogue catalogue,
      Routing routing,
      LlmMeters meters,
      CallRecorder recorder,
      Budgets budgets) {
    this.catalogue = catalogue;
    this.routing = routing;
    this.fallback = new Fallback(routing);
    this.calls = new ProviderCalls(catalogue, meters, recorder);
    this.recorder = recorder;
    this.budgets = budgets;
  }

  /** The whole answer to a request that asks for no stream. */
  public Reply complete(ChatRequest request, Asker asker) throws InterruptedException {
    return whole(
        routing.route(catalogue.router(), request),
        Question.of(request, asker),
        (provider, model) -> provider.complete(request, model));
  }

  /**
   * As {@link #complete}, for a durable request, which comes again under the same {@code workId}
   * while the answer is {@link Failure.Kind#STILL_RUNNING}.
   */
  public Reply completeDurable(ChatRequest request, Asker asker, String workId)
      throws InterruptedException {
    return whole(
        routing.route(catalogue.router(), request),
        Question.of(request, asker).again(workId),
        (provider, model) -> provider.completeDurable(request, model, workId));
  }

  /** Embeddings of texts. */
  public Reply embed(EmbeddingsRequest request, Asker asker) throws InterruptedException {
    return whole(
        routing.embeddings(catalogue.router(), request.model()),
        Question.of(request, asker),
        (provider, model) -> provider.embed(request, model));
  }

  private Reply whole(Route route, Question question, Asking<Answer> asking)
      throws InterruptedException {
    return switch (route) {
      case Route.Nowhere nowhere -> new Reply.Failed(nowhere.failure());
      case Route.To to ->
          switch (enter(question, to)) {
            case Entry.Refused refused -> new Reply.Failed(refused.failure());
            case Entry.Admitted(Hold hold) -> {
              try (hold) {
                var call = new Call(question, hold);
                yield fallback.first(
                    to.candidates(),
                    (candidate, visit) -> calls.whole(call, candidate, visit, asking),
                    Reply.Failed::new,
                    Reply::failure);
              }
            }
          };
    };
  }

  /** Begins the answer to a request that asks for a stream. */
  public Streaming stream(ChatRequest request, Asker asker) throws InterruptedException {
    Question question = Question.of(request, asker);
    return switch (routing.route(catalogue.router(), request)) {
      case Route.Nowhere nowhere -> new Streaming.Failed(nowhere.failure());
      case Route.To to ->
          switch (enter(question, to)) {
            case Entry.Refused refused -> new Streaming.Failed(refused.failure());
            case Entry.Admitted(Hold hold) -> {
              boolean begun = false;
              try {
                var call = new Call(question, hold);
                Streaming streaming =
                    fallback.first(
                        to.candidates(),
                        (candidate, visit) ->
                            calls.open(
                                call,
                                candidate,
                                visit,
                                (provider, model) -> provider.open(request, model)),
                        Streaming.Failed::new,
                        Streaming::failure);
                begun = streaming instanceof Streaming.Begun; // the stream's end lets go
                yield streaming;
              } finally {
                if (!begun) {
                  hold.close();
                }
              }
            }
          };
    };
  }

  private Entry enter(Question question, Route.To to) throws InterruptedException {
    Optional<Failure> refusal = recorder.refusal();
    if (refusal.isPresent()) {
      return new Entry.Refused(refusal.get());
    }
    long input = question.mostInput();
    long output = question.mostOutput();
    boolean priced = question.asker().budget().limitsCost();
    return budgets.enter(
        question.asker(),
        Room.of(input + output, priced ? recorder.mostMicros(to.candidates(), input, output) : 0));
  }

  /** Whether a request for {@code model} asks every configured provider until one answers. */
  public boolean asksEveryProvider(String model) {
    return routing.named(catalogue.router(), model) instanceof Route.To(var candidates)
        && catalogue.answeringAtOnce().stream()
            .allMatch(name -> candidates.stream().anyMatch(c -> c.provider().equals(name)));
  }
}
