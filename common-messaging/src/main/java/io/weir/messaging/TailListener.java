package io.weir.messaging;

/**
 * Hears what a stream gets, in order and each message once, on one thread that must not be held up.
 */
public interface TailListener<T> {
  /** The next message. */
  void message(Tailed<T> message);

  /**
   * The stream is followed, from now on or again. What was stored meanwhile comes next.
   *
   * @param lost whether messages are gone that nobody has heard: the stream has dropped them, or is
   *     another one
   */
  void following(boolean lost);

  /** The stream is not followed for now, such as while the broker is away. */
  void interrupted();
}
