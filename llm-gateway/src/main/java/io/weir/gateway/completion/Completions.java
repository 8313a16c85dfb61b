package io.weir.gateway.completion;

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
import java.util.Locale;
import java.util.Objects;
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
  private final LlmMeters meters;

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

  public Completions(Catalogue catalogue, LlmMeters meters) {
    this.catalogue = catalogue;
    this.meters = meters;
  }

  /** The whole answer to a request that asks for no stream. */
  public Reply complete(ChatRequest request) throws InterruptedException {
    return whole(
        catalogue.router().route(request.model()),
        (provider, model) -> provider.complete(request, model));
  }

  /**
   * As {@link #complete}, for a durable request, which comes again under the same {@code workId}
   * while the answer is {@link Failure.Kind#STILL_RUNNING}.
   */
  public Reply completeDurable(ChatRequest request, String workId) throws InterruptedException {
    return whole(
        catalogue.router().route(request.model()),
        (provider, model) -> provider.completeDurable(request, model, workId));
  }

  /** Embeddings of texts. */
  public Reply embed(EmbeddingsRequest request) throws InterruptedException {
    return whole(
        catalogue.router().routeEmbeddings(request.model()),
        (provider, model) -> provider.embed(request, model));
  }

  private Reply whole(Route route, Asking<Answer> asking) throws InterruptedException {
    return switch (route) {
      case Route.Nowhere nowhere -> new Reply.Failed(nowhere.failure());
      case Route.To to -> {
        @Nullable Failure worst = null;
        for (Candidate candidate : to.candidates()) {
          Reply reply = whole(candidate, asking);
          if (!(reply instanceof Reply.Failed failed) || !mayHelpElsewhere(failed.failure())) {
            yield reply;
          }
          worst = worse(worst, failed.failure());
        }
        yield new Reply.Failed(Objects.requireNonNull(worst));
      }
    };
  }

  /** Begins the answer to a request that asks for a stream. */
  public Streaming stream(ChatRequest request) throws InterruptedException {
    return switch (catalogue.router().route(request.model())) {
      case Route.Nowhere nowhere -> new Streaming.Failed(nowhere.failure());
      case Route.To to -> {
        @Nullable Failure worst = null;
        for (Candidate candidate : to.candidates()) {
          Streaming streaming = open(request, candidate);
          if (!(streaming instanceof Streaming.Failed failed)
              || !mayHelpElsewhere(failed.failure())) {
            yield streaming;
          }
          worst = worse(worst, failed.failure());
        }
        yield new Streaming.Failed(Objects.requireNonNull(worst));
      }
    };
  }

  /** Whether a request for {@code model} asks every configured provider until one answers. */
  public boolean asksEveryProvider(String model) {
    return catalogue.router().route(model) instanceof Route.To(var candidates)
        && catalogue.answeringAtOnce().stream()
            .allMatch(name -> candidates.stream().anyMatch(c -> c.provider().equals(name)));
  }

  /** That all are away is the answer only if each of them is. */
  private static Failure worse(@Nullable Failure before, Failure now) {
    return before == null || before.kind() == Failure.Kind.PROVIDER_UNREACHABLE ? now : before;
  }

  private Reply whole(Candidate candidate, Asking<Answer> asking) throws InterruptedException {
    Stopwatch watch = Stopwatch.start();
    Answer answer = call(candidate, watch, asking);
    return switch (answer) {
      case Answer.Answered answered -> {
        meters.call(metered(candidate), "ok", watch.elapsed(), answered.usage());
        yield new Reply.Answered(answered.body(), candidate);
      }
      case Answer.Failed failed -> {
        failed(candidate, watch, failed.failure());
        yield new Reply.Failed(failed.failure());
      }
    };
  }

  private Streaming open(ChatRequest request, Candidate candidate) throws InterruptedException {
    Stopwatch watch = Stopwatch.start();
    Opening opening = call(candidate, watch, (provider, model) -> provider.open(request, model));
    return switch (opening) {
      case Opening.Opened opened -> {
        Candidate metered = metered(candidate);
        meters.firstToken(metered, watch.elapsed());
        yield new Streaming.Begun(
            new MeteredStream(opened.stream(), candidate, metered, watch, meters));
      }
      case Opening.Failed failed -> {
        failed(candidate, watch, failed.failure());
        yield new Streaming.Failed(failed.failure());
      }
    };
  }

  @FunctionalInterface
  private interface Asking<T> {
    T ask(ChatProvider provider, String model) throws InterruptedException;
  }

  private <T> T call(Candidate candidate, Stopwatch watch, Asking<T> asking)
      throws InterruptedException {
    try {
      return asking.ask(catalogue.provider(candidate.provider()), candidate.model());
    } catch (InterruptedException e) {
      meters.call(metered(candidate), outcome(Failure.Kind.CANCELLED), watch.elapsed(), Usage.NONE);
      throw e;
    }
  }

  private static boolean mayHelpElsewhere(Failure failure) {
    return failure.kind().passing() || failure.kind() == Failure.Kind.PROVIDER_CREDENTIALS;
  }

  private void failed(Candidate candidate, Stopwatch watch, Failure failure) {
    if (failure.kind() == Failure.Kind.STILL_RUNNING) {
      return; // it will be counted when it has ended
    }
    meters.call(metered(candidate), outcome(failure.kind()), watch.elapsed(), Usage.NONE);
    // A refusal of what the caller sent is the caller's business; all else is the operator's.
    boolean callers = !mayHelpElsewhere(failure);
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
