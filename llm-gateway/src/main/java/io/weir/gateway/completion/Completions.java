package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Router;
import io.weir.gateway.pipeline.Router.Route;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatProvider;
import io.weir.gateway.provider.ChatProvider.Answer;
import io.weir.gateway.provider.ChatProvider.Opening;
import io.weir.gateway.routing.ProviderGates;
import io.weir.gateway.routing.ProviderGates.Visit;
import io.weir.gateway.routing.Routing;
import io.weir.gateway.usage.Budgets;
import io.weir.gateway.usage.Budgets.Entry;
import io.weir.gateway.usage.CallRecorder;
import io.weir.gateway.usage.CallRecorder.OpenCall;
import io.weir.gateway.usage.CallRecorder.Said;
import io.weir.gateway.usage.Hold;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Answers chat requests, wherever they come from: routes them and asks the candidates one after the
 * other until one answers. A further candidate is asked only when the one before failed in a way
 * that may pass, and only before the first byte of an answer. Thread-safe; interrupting the calling
 * thread ends the call at the provider.
 */
public final class Completions {
  private static final String UNLISTED = "unlisted";

  private final Logger log = LoggerFactory.getLogger(Completions.class);
  private final Catalogue catalogue;
  private final Routing routing;
  private final LlmMeters meters;
  private final CallRecorder recorder;
  private final Budgets budgets;

  /** A whole answer, or why there is none. */
  public sealed interface Reply {
    /**
     * The answer.
     *
     * @param body the completion as UTF-8 JSON; not to be changed
     * @param by who answered
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
    record Answered(byte[] body, Candidate by) implements Reply {}

    record Failed(Failure failure) implements Reply {}
  }

  /** A stream that has begun, or why it has not. */
  public sealed interface Streaming {
    record Begun(MeteredStream stream) implements Streaming {}

    record Failed(Failure failure) implements Streaming {}
  }

  public Completions(
      Catalogue catalogue,
      Routing routing,
      LlmMeters meters,
      CallRecorder recorder,
      Budgets budgets) {
    this.catalogue = catalogue;
    this.routing = routing;
    this.meters = meters;
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
        catalogue.router().routeEmbeddings(request.model()),
        Question.of(request, asker),
        (provider, model) -> provider.embed(request, model));
  }

  private Reply whole(Route route, Question question, Asking<Answer> asking)
      throws InterruptedException {
    return switch (route) {
      case Route.Nowhere nowhere -> new Reply.Failed(nowhere.failure());
      case Route.To to ->
          switch (enter(question)) {
            case Entry.Refused refused -> new Reply.Failed(refused.failure());
            case Entry.Admitted(Hold hold) -> {
              try (hold) {
                yield whole(to, new Call(question, hold), asking);
              }
            }
          };
    };
  }

  private Reply whole(Route.To to, Call call, Asking<Answer> asking) throws InterruptedException {
    @Nullable Failure worst = null;
    boolean asked = false;
    routing.retries().earn();
    for (Candidate candidate : to.candidates()) {
      if (asked && !routing.retries().spend()) {
        break;
      }
      Reply reply;
      switch (routing.gates().enter(candidate.provider())) {
        case ProviderGates.Entry.Refused(Failure left) -> reply = new Reply.Failed(left);
        case ProviderGates.Entry.Admitted(Visit visit) -> {
          asked = true;
          try (visit) {
            reply = whole(call, candidate, visit, asking);
          }
        }
      }
      if (!(reply instanceof Reply.Failed failed) || !Fallback.mayHelp(failed.failure())) {
        return reply;
      }
      worst = Fallback.worse(worst, failed.failure());
    }
    return new Reply.Failed(Objects.requireNonNull(worst));
  }

  /** Begins the answer to a request that asks for a stream. */
  public Streaming stream(ChatRequest request, Asker asker) throws InterruptedException {
    return switch (routing.route(catalogue.router(), request)) {
      case Route.Nowhere nowhere -> new Streaming.Failed(nowhere.failure());
      case Route.To to ->
          switch (enter(Question.of(request, asker))) {
            case Entry.Refused refused -> new Streaming.Failed(refused.failure());
            case Entry.Admitted(Hold hold) -> {
              boolean begun = false;
              try {
                Streaming streaming =
                    stream(
                        to,
                        new Call(Question.of(request, asker), hold),
                        (provider, model) -> provider.open(request, model));
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

  /**
   * A request that was let in.
   *
   * @param hold its room in its user's quota
   */
  private record Call(Question question, Hold hold) {}

  private Entry enter(Question question) throws InterruptedException {
    Optional<Failure> refusal = recorder.refusal();
    return refusal.isPresent()
        ? new Entry.Refused(refusal.get())
        : budgets.enter(question.asker(), question.mostTokens());
  }

  /** What goes on at the provider while nobody waits is one call, however often it is looked at. */
  private OpenCall begin(Call call, Candidate candidate) {
    Question question = call.question();
    String id =
        catalogue.answeringAtOnce().contains(candidate.provider())
            ? UUID.randomUUID().toString()
            : question.workId().orElseGet(() -> UUID.randomUUID().toString());
    return recorder.begin(
        id, question.asker(), candidate, question.bytes(), question.body(), call.hold());
  }

  private Streaming stream(Route.To to, Call call, Asking<Opening> asking)
      throws InterruptedException {
    @Nullable Failure worst = null;
    boolean asked = false;
    routing.retries().earn();
    for (Candidate candidate : to.candidates()) {
      if (asked && !routing.retries().spend()) {
        break;
      }
      Streaming streaming;
      switch (routing.gates().enter(candidate.provider())) {
        case ProviderGates.Entry.Refused(Failure left) -> streaming = new Streaming.Failed(left);
        case ProviderGates.Entry.Admitted(Visit visit) -> {
          asked = true;
          streaming = visited(call, candidate, visit, asking);
        }
      }
      if (!(streaming instanceof Streaming.Failed failed) || !Fallback.mayHelp(failed.failure())) {
        return streaming;
      }
      worst = Fallback.worse(worst, failed.failure());
    }
    return new Streaming.Failed(Objects.requireNonNull(worst));
  }

  /** Whether a request for {@code model} asks every configured provider until one answers. */
  public boolean asksEveryProvider(String model) {
    return routing.named(catalogue.router(), model) instanceof Route.To(var candidates)
        && catalogue.answeringAtOnce().stream()
            .allMatch(name -> candidates.stream().anyMatch(c -> c.provider().equals(name)));
  }

  /** A stream holds its provider's place until it ends. */
  private Streaming visited(Call call, Candidate candidate, Visit visit, Asking<Opening> asking)
      throws InterruptedException {
    boolean begun = false;
    try {
      Streaming streaming = open(call, candidate, visit, asking);
      begun = streaming instanceof Streaming.Begun;
      return streaming;
    } finally {
      if (!begun) {
        visit.close();
      }
    }
  }

  private Reply whole(Call call, Candidate candidate, Visit visit, Asking<Answer> asking)
      throws InterruptedException {
    Stopwatch watch = Stopwatch.start();
    OpenCall open = begin(call, candidate);
    Answer answer = call(candidate, watch, open, asking);
    return switch (answer) {
      case Answer.Answered answered -> {
        visit.answered();
        open.answered(
            Optional.of(answered.usage()).filter(usage -> usage.total() > 0),
            answered.usage().total() > 0 ? Said.NOTHING : Said.of(answered.body()));
        meters.call(metered(candidate), "ok", watch.elapsed(), answered.usage());
        yield new Reply.Answered(answered.body(), candidate);
      }
      case Answer.Failed failed -> {
        visit.failed(failed.failure());
        if (failed.failure().kind() != Failure.Kind.STILL_RUNNING) {
          open.failed(failed.failure(), Optional.empty(), Said.NOTHING);
        }
        failed(candidate, watch, failed.failure());
        yield new Reply.Failed(failed.failure());
      }
    };
  }

  private Streaming open(Call call, Candidate candidate, Visit visit, Asking<Opening> asking)
      throws InterruptedException {
    Stopwatch watch = Stopwatch.start();
    OpenCall open = begin(call, candidate);
    Opening opening = call(candidate, watch, open, asking);
    return switch (opening) {
      case Opening.Opened opened -> {
        Candidate metered = metered(candidate);
        meters.firstToken(metered, watch.elapsed());
        yield new Streaming.Begun(
            new MeteredStream(
                opened.stream(), candidate, metered, watch, meters, open, call.hold(), visit));
      }
      case Opening.Failed failed -> {
        visit.failed(failed.failure());
        open.failed(failed.failure(), Optional.empty(), Said.NOTHING);
        failed(candidate, watch, failed.failure());
        yield new Streaming.Failed(failed.failure());
      }
    };
  }

  @FunctionalInterface
  private interface Asking<T> {
    T ask(ChatProvider provider, String model) throws InterruptedException;
  }

  private <T> T call(Candidate candidate, Stopwatch watch, OpenCall open, Asking<T> asking)
      throws InterruptedException {
    try {
      return asking.ask(catalogue.provider(candidate.provider()), candidate.model());
    } catch (InterruptedException e) {
      open.cancelled(Optional.empty(), Said.NOTHING);
      meters.call(metered(candidate), outcome(Failure.Kind.CANCELLED), watch.elapsed(), Usage.NONE);
      throw e;
    }
  }

  private void failed(Candidate candidate, Stopwatch watch, Failure failure) {
    if (failure.kind() == Failure.Kind.STILL_RUNNING) {
      return; // it will be counted when it has ended
    }
    meters.call(metered(candidate), outcome(failure.kind()), watch.elapsed(), Usage.NONE);
    // A refusal of what the caller sent is the caller's business; all else is the operator's.
    boolean callers = !Fallback.mayHelp(failure);
    log.atLevel(callers ? Level.DEBUG : Level.WARN)
        .addKeyValue("provider", candidate.provider())
        .addKeyValue("kind", failure.kind())
        .addKeyValue("status", failure.status())
        .addKeyValue("code", failure.code())
        .log("provider failed");
  }

  /** A name that only a request mentions must not become a label, or labels would be endless. */
  private Candidate metered(Candidate candidate) {
    Router router = catalogue.router();
    return router.lists(candidate) ? candidate : new Candidate(candidate.provider(), UNLISTED);
  }

  static String outcome(Failure.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
