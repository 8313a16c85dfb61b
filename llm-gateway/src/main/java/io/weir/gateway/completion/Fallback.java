package io.weir.gateway.completion;

import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.routing.ProviderGates.Entry;
import io.weir.gateway.routing.ProviderGates.Visit;
import io.weir.gateway.routing.Routing;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks candidates one after the other until one answers, or fails in a way that nobody else would
 * do better. Those that are left alone are passed over, and further tries are a share of all
 * requests. Thread-safe.
 */
final class Fallback {
  private final Routing routing;

  /** Asks one candidate, whose provider lets it in; what it returns decides about the next. */
  @FunctionalInterface
  interface Attempt<R> {
    R ask(Candidate candidate, Visit visit) throws InterruptedException;
  }

  Fallback(Routing routing) {
    this.routing = routing;
  }

  /**
   * What the first one says that answers; when none does, the failure that tells most.
   *
   * @param candidates at least one
   * @param failed makes a result of a failure
   * @param failureOf finds it in a result
   */
  <R> R first(
      List<Candidate> candidates,
      Attempt<R> attempt,
      Function<Failure, R> failed,
      Function<R, Optional<Failure>> failureOf)
      throws InterruptedException {
    @Nullable Failure worst = null;
    boolean asked = false;
    routing.retries().earn();
    for (Candidate candidate : candidates) {
      if (asked && !routing.retries().spend()) {
        break;
      }
      R result;
      switch (routing.gates().enter(candidate.provider())) {
        case Entry.Refused(Failure left) -> result = failed.apply(left);
        case Entry.Admitted(Visit visit) -> {
          asked = true;
          result = attempt.ask(candidate, visit);
        }
      }
      Optional<Failure> failure = failureOf.apply(result);
      if (failure.isEmpty() || !(mayHelp(failure.get()) || isUnknown(failure.get()))) {
        return result;
      }
      worst = worse(worst, failure.get());
    }
    return failed.apply(Objects.requireNonNull(worst));
  }

  /** Whether somebody else may do better. */
  static boolean mayHelp(Failure failure) {
    return failure.kind().passing() || failure.kind() == Failure.Kind.PROVIDER_CREDENTIALS;
  }

  /** One that does not know the model says nothing about the others. */
  private static boolean isUnknown(Failure failure) {
    return failure.kind() == Failure.Kind.MODEL_NOT_FOUND;
  }

  /**
   * That all are away is the answer only if each of them is, and that there is no such model only
   * if nobody has it: who failed otherwise may have it when he is asked again.
   */
  private static Failure worse(@Nullable Failure before, Failure now) {
    if (before == null || isUnknown(before)) {
      return now;
    }
    return before.kind() == Failure.Kind.PROVIDER_UNREACHABLE && !isUnknown(now) ? now : before;
  }
}
