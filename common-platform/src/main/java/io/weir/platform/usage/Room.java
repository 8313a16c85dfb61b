package io.weir.platform.usage;

/**
 * Room that is wanted in a month.
 *
 * @param tokens 0 or more
 * @param requests 1 or more
 * @param micros micro-dollars, 0 or more; they count for keys with a budget
 */
public record Room(long tokens, long requests, long micros) {
  /** That of one request. */
  public static Room of(long tokens, long micros) {
    return new Room(tokens, 1, micros);
  }
}
