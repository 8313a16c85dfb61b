package io.weir.platform.llm;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was bought for one piece of work. Whoever does the work makes it, hands it on with each
 * call, and finds in it what was spent however the work ended: by an answer, by a failure or by an
 * interrupt. The same purchase counts once, so a bill that is stored with the work and taken up by
 * the next try adds up right. Thread-safe.
 */
public final class Bill {
  private final Map<String, Bought> answers = new LinkedHashMap<>();

  /** An empty one. */
  public Bill() {}

  /** One that goes on after {@code earlier} tries at the same work. */
  public Bill(List<Bought> earlier) {
    earlier.forEach(this::add);
  }

  /**
   * Notes a purchase.
   *
   * @return false when it had been noted before
   */
  public synchronized boolean add(Bought answer) {
    return answers.putIfAbsent(answer.id(), answer) == null;
  }

  /** All purchases, in their order. */
  public synchronized List<Bought> bought() {
    return List.copyOf(answers.values());
  }

  /** The tokens of all purchases together. */
  public LlmUsage usage() {
    return LlmUsage.of(bought());
  }
}
