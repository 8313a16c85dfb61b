package io.weir.review;

import io.weir.testsupport.Mood;

/** Answers of a model that cost something. */
final class Paid {
  private static final String FINE =
      "{\"summary\": \"Fine.\", \"content\": \"Nothing.\", \"findings\": []}";

  private Paid() {}

  /** A review without findings for 220 tokens. */
  static Mood answer() {
    return new Mood.Answer(FINE, "stop", new Mood.Usage(200, 20));
  }
}
