package io.weir.messaging.runtime;

import java.time.Duration;

/**
 * A part of a service with a life of its own. The runtime starts components in the order they were
 * added, and at the end drains all of them and then closes all of them, in the reverse order.
 */
public interface Component {
  /**
   * Gets to work; returns when the part is usable. May wait for a dependency for as long as it
   * takes.
   */
  default void start() throws Exception {}

  /** Takes in nothing new and finishes or hands back what is in hand, within {@code timeout}. */
  default void drain(Duration timeout) throws InterruptedException {}

  /** Frees what it holds. Must not throw for what is already gone. */
  default void close() {}
}
