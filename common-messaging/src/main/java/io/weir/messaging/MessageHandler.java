package io.weir.messaging;

/**
 * Decides what becomes of a delivery.
 *
 * <p>A handler does its work and persists it; it never publishes its results or acknowledges: it
 * returns them in {@link Outcome.Done} and the consumer publishes, awaits JetStream's
 * acknowledgement and only then acknowledges the delivery. A crash in between means a redelivery:
 * the handler then finds its stored result and returns the same messages with the same ids.
 *
 * <p>Called by many virtual threads at once; must be thread-safe. A thread may take one message
 * after another: thread-local values that a handler leaves behind are seen by the next. What it
 * throws is taken as an outcome: {@link InvalidMessageException} as dead, {@link
 * DependencyUnavailableException} as unavailable, anything else as a failure to be retried. It is
 * interrupted at the deadline.
 */
public interface MessageHandler<T> {
  Outcome handle(Delivery<T> delivery) throws Exception;

  /**
   * Told once the delivery is safe in the dead letters, before it is terminated, so that the store
   * can say the work has failed. Not told of messages that could not be decoded. May be called
   * again after a crash; what it throws is logged and the message comes back.
   *
   * @param reason why, for a person
   */
  default void deadLettered(Delivery<T> delivery, String reason) throws Exception {}
}
