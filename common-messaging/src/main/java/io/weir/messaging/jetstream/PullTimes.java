package io.weir.messaging.jetstream;

import java.time.Duration;

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

  /** At a stop, open pulls that bring nothing for so long are not waited for. */
  static final Duration LULL = Duration.ofMillis(100);

  private PullTimes() {}
}
