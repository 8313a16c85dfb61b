package io.weir.messaging;

/**
 * Answers requests. Called by many virtual threads at once; must be thread-safe.
 *
 * <p>What it throws becomes an answer with a code: {@link InvalidMessageException} 400, {@link
 * DependencyUnavailableException} 503, {@link RequestFailedException.Refused} its own, anything
 * else 500 with no more than that; the cause is logged and not sent.
 */
@FunctionalInterface
public interface RequestHandler<Q, A> {
  A answer(Request<Q> request) throws Exception;
}
