package io.weir.platform.llm;

import io.weir.messaging.DependencyUnavailableException;

/** A model as the services see it: {@link LlmClient}, or what a test has in its place. */
@FunctionalInterface
public interface LanguageModel {
  /**
   * The answer to {@code call}.
   *
   * @param bill gets each answer that was paid for, also when this ends in a failure
   * @throws DependencyUnavailableException ({@code llm}) when there is no model that works or that
   *     lets us in: not this call's fault
   * @throws LlmTransientException when this call failed and may succeed later
   * @throws LlmRejectedException when this call will never succeed as it is
   */
  LlmAnswer complete(LlmCall call, Bill bill) throws InterruptedException;

  /**
   * The answer to {@code call} in the form that it wants. An answer that is not in that form is
   * asked for once more with what was wrong; a second one is not covered up.
   *
   * <p>Throws what {@link #complete} throws.
   */
  default <T> Asked<T> ask(StructuredCall<T> call, Bill bill) throws InterruptedException {
    return call.askedOf(this, bill);
  }
}
