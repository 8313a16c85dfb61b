package io.weir.messaging.deadletter;

/** Is told how a long run goes. Called by the thread that runs it. */
public interface BulkWatcher {
  /** Watches nothing. */
  BulkWatcher NONE = new BulkWatcher() {};

  /** A letter was dealt with; {@code state} counts it. */
  default void dealtWith(LetterOutcome outcome, BulkState state) {}

  /** Whether to stop before the next letter; what is left is there for a resume. */
  default boolean wantsStop() {
    return false;
  }
}
