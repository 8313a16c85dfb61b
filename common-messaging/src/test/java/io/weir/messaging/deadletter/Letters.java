package io.weir.messaging.deadletter;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Letters to try things on. */
final class Letters {
  static final Instant AT = Instant.parse("2026-01-31T12:00:00.123456789Z");

  private Letters() {}

  static DeadLetterHead letter(Map<String, List<String>> headers) {
    return new DeadLetterHead(
        7,
        7,
        0,
        AT,
        "review.jobs.high.review",
        headers,
        "REVIEW_JOBS",
        "review-high",
        42,
        3,
        AT.minusSeconds(60),
        AT,
        "exhausted",
        "Connection refused",
        "review-worker",
        "1.2.3",
        5,
        List.of());
  }
}
