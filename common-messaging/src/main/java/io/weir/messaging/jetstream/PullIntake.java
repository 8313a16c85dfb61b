package io.weir.messaging.jetstream;

import io.nats.client.Message;

/**
 * What becomes of the messages of a {@link PullLoop}; called on the client's thread, must not
 * block.
 */
interface PullIntake {
  /** A message that has a permit. */
  void take(Message message);

  /** A message that has none: it came late, for a pull that was given up, or at a stop. */
  void handBack(Message message);

  /** Whether messages that were taken wait for a thread yet. */
  boolean isBehind();
}
