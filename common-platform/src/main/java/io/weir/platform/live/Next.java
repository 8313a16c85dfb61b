package io.weir.platform.live;

import io.weir.messaging.Tailed;

/** What a look into a {@link Mailbox} brings. */
public sealed interface Next<T> {
  /** Something has happened. */
  record Message<T>(Tailed<T> message) implements Next<T> {}

  /**
   * The stream is followed again after an interruption; what happened meanwhile comes next.
   *
   * @param lost whether something of it is gone for good: look at the state as it is
   */
  record Resumed<T>(boolean lost) implements Next<T> {}

  /** Nothing within the time. */
  record Nothing<T>() implements Next<T> {}

  /** Somebody has called {@link Mailbox#wake}. */
  record Woken<T>() implements Next<T> {}

  /** More has happened than the mailbox holds; nothing comes any more. */
  record Overflowed<T>() implements Next<T> {}

  /** The service stops; nothing comes any more. */
  record Ended<T>() implements Next<T> {}
}
