package io.weir.platform.usage;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What a user has paid for. */
public enum Plan {
  LITE(200_000, 2_000, 10),
  PRO(500_000, 10_000, 30),
  BUSINESS(4_000_000, 50_000, 100),
  /** For whoever runs everything himself: nothing is refused, all is counted. */
  UNLIMITED(Quota.ENDLESS, Quota.ENDLESS, Integer.MAX_VALUE);

  private final long tokens;
  private final long requests;
  private final int requestsPerMinute;

  Plan(long tokens, long requests, int requestsPerMinute) {
    this.tokens = tokens;
    this.requests = requests;
    this.requestsPerMinute = requestsPerMinute;
  }

  /** For a month, unless the user has another. */
  public Quota quota() {
    return new Quota(tokens, requests);
  }

  /** Most requests a minute with one key. */
  public int requestsPerMinute() {
    return requestsPerMinute;
  }

  /** As documents, settings and people write it: {@code lite}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The plan of that key; empty for any other text. */
  public static Optional<Plan> of(String key) {
    return Stream.of(values()).filter(plan -> plan.key().equals(key)).findFirst();
  }
}
