package io.weir.gateway.completion;

import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Router;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatProvider;
import io.weir.gateway.provider.ChatProvider.Answer;
import io.weir.gateway.provider.ChatProvider.Opening;
import io.weir.gateway.routing.ProviderGates.Visit;
import io.weir.gateway.usage.CallIds;
import io.weir.gateway.usage.CallRecorder;
import io.weir.gateway.usage.CallRecorder.OpenCall;
import io.weir.gateway.usage.CallRecorder.Said;
import io.weir.gateway.usage.Hold;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Single calls of single providers, each noted before it is made, then counted, measured and told
 * to the provider's gate. Thread-safe.
 */
final class ProviderCalls {
  private static final String UNLISTED = "unlisted";

  private final Logger log = LoggerFactory.getLogger(ProviderCalls.class);
  private final Catalogue catalogue;
  private final LlmMeters meters;
  private final CallRecorder recorder;

  /**
   * A request that was let in.
   *
   * @param hold its room in its user's quota
   */
  record Call(Question question, Hold hold) {}

  /** What is asked of a provider. */
  @FunctionalInterface
  interface Asking<T> {
    T ask(ChatProvider provider, String model) throws InterruptedException;
  }

  ProviderCalls(Catalogue catalogue, LlmMeters meters, CallRecorder recorder) {
    this.catalogue = catalogue;
    this.meters = meters;
    this.recorder = recorder;
  }

  /** A whole answer; the visit is over with it. */
  Reply whole(Call call, Candidate candidate, Visit visit, Asking<Answer> asking)
      throws InterruptedException {
    try (visit) {
      Stopwatch watch = Stopwatch.start();
      OpenCall open = begin(call, candidate);
      Answer answer = ask(call, candidate, watch, open, asking);
      return switch (answer) {
        case Answer.Answered answered -> {
          visit.answered();
          open.answered(
              Optional.of(answered.usage()).filter(usage -> usage.total() > 0),
              answered.usage().total() > 0 ? Said.NOTHING : Said.of(answered.body()));
          meters.call(
              call.question().operation(),
              metered(candidate),
              "ok",
              watch.elapsed(),
              answered.usage());
          yield new Reply.Answered(answered.body(), candidate);
        }
        case Answer.Failed(Failure failure, var usage) -> {
          visit.failed(failure);
          if (failure.kind() == Failure.Kind.STILL_RUNNING) {
            open.goesOn();
          } else {
            open.failed(failure, usage, Said.NOTHING);
          }
          failed(call, candidate, watch, failure);
          yield new Reply.Failed(failure);
        }
      };
    }
  }

  /** A stream; once begun it has the visit and the call's hold until it ends. */
  Streaming open(Call call, Candidate candidate, Visit visit, Asking<Opening> asking)
      throws InterruptedException {
    boolean begun = false;
    try {
      Stopwatch watch = Stopwatch.start();
      OpenCall open = begin(call, candidate);
      switch (ask(call, candidate, watch, open, asking)) {
        case Opening.Opened opened -> {
          Candidate metered = metered(candidate);
          meters.firstToken(metered, watch.elapsed());
          begun = true;
          return new Streaming.Begun(
              new MeteredStream(
                  opened.stream(), candidate, metered, watch, meters, open, call.hold(), visit));
        }
        case Opening.Failed(Failure failure) -> {
          visit.failed(failure);
          open.failed(failure, Optional.empty(), Said.NOTHING);
          failed(call, candidate, watch, failure);
          return new Streaming.Failed(failure);
        }
      }
    } finally {
      if (!begun) {
        visit.close();
      }
    }
  }

  /** What goes on at the provider while nobody waits is one call, however often it is looked at. */
  private OpenCall begin(Call call, Candidate candidate) {
    Question question = call.question();
    String id =
        catalogue.provider(candidate.provider()).durableOnly()
            ? question.workId().orElseGet(() -> CallIds.next())
            : CallIds.next();
    return recorder.begin(
        id, question.asker(), candidate, question.bytes(), question.body(), call.hold());
  }

  private <T> T ask(
      Call call, Candidate candidate, Stopwatch watch, OpenCall open, Asking<T> asking)
      throws InterruptedException {
    try {
      return asking.ask(catalogue.provider(candidate.provider()), candidate.model());
    } catch (InterruptedException e) {
      open.cancelled(Optional.empty(), Said.NOTHING);
      note(call, candidate, Failure.Kind.CANCELLED, watch);
      throw e;
    } catch (RuntimeException | Error e) {
      // Whether it was bought nobody knows.
      var broken = Failure.providerError("The call failed here: " + e, "provider_broke_off");
      open.failed(broken, Optional.empty(), Said.NOTHING);
      note(call, candidate, broken.kind(), watch);
      throw e;
    }
  }

  private void failed(Call call, Candidate candidate, Stopwatch watch, Failure failure) {
    if (failure.kind() == Failure.Kind.STILL_RUNNING) {
      return; // it will be counted when it has ended
    }
    note(call, candidate, failure.kind(), watch);
    // A refusal of what the caller sent is the caller's business; all else is the operator's.
    boolean callers = !Fallback.mayHelp(failure);
    log.atLevel(callers ? Level.DEBUG : Level.WARN)
        .addKeyValue("provider", candidate.provider())
        .addKeyValue("kind", failure.kind())
        .addKeyValue("status", failure.status())
        .addKeyValue("code", failure.code())
        .log("provider failed");
  }

  private void note(Call call, Candidate candidate, Failure.Kind kind, Stopwatch watch) {
    meters.call(
        call.question().operation(),
        metered(candidate),
        outcome(kind),
        watch.elapsed(),
        Usage.NONE);
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
