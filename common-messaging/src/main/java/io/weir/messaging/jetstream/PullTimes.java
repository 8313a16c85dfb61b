package io.weir.messaging.jetstream;

import java.time.Duration;
import java.util.function.Supplier;

/** How long a {@link PullLoop} waits for what. */
final class PullTimes {
  static final Duration LOOK = Duration.ofMillis(100);
  static final Duration SHARED_LOOK = Duration.ofMillis(250);

  /**
   * After two missed heartbeats the consumer is asked for; if it answers, the pull is lost. So work
   * goes on within a second of the election of a leader, and a slow server is not asked twice.
   */
  static final Duration QUIET = Duration.ofMillis(800);

  /**
   * So much of it has passed when the server answers after a silence: what it still knows of is
   * heard of within one heartbeat, and all else was lost.
   */
  static final Duration QUIET_BEFORE = Duration.ofMillis(350);

  static final Duration SILENCE = Duration.ofMillis(2_500);

  /** Longer than a pull lives. */
  static final Duration LONGEST_END = PullRequest.EXPIRES.plusMillis(500);

  /** The least {@link #lull}. */
  private static final Duration LULL = Duration.ofMillis(100);

  private static final Duration LONGEST_LULL = Duration.ofSeconds(1);

  /** Between two looks whether it is over. */
  static final Duration LULL_LOOK = Duration.ofMillis(20);

  private static final int ANSWERS_IN_A_LULL = 4;

  private PullTimes() {}

  /**
   * At a stop, open pulls that bring nothing for so long are not waited for. Whoever takes long to
   * answer takes as long to send what it has given out already.
   *
   * @param wait longest wait for all that is open; too short a one is not spent on a question
   * @param answer asks the consumer's leader something, and tells what that took
   */
  static Duration lull(Duration wait, Supplier<Duration> answer) {
    if (wait.compareTo(LONGEST_LULL) < 0) {
      return LULL;
    }
    Duration lull = answer.get().multipliedBy(ANSWERS_IN_A_LULL);
    if (lull.compareTo(LONGEST_LULL) > 0) {
      return LONGEST_LULL;
    }
    return lull.compareTo(LULL) < 0 ? LULL : lull;
  }
}
