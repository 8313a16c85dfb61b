package io.weir.entity.search;

/**
 * One part of a score.
 *
 * @param name which: text or keywords
 * @param raw what the ranking function gave
 * @param normalised {@code raw} over the best raw value among the candidates
 * @param weight how much this part counts
 * @param contribution {@code normalised × weight}
 */
public record ScorePart(
    String name, double raw, double normalised, double weight, double contribution) {

  /** The part that {@code raw} gives among candidates of which the best has {@code best}. */
  static ScorePart of(String name, double raw, double best, double weight) {
    double normalised = best > 0 ? raw / best : 0;
    return new ScorePart(
        name, rounded(raw), rounded(normalised), weight, rounded(normalised * weight));
  }

  static double rounded(double value) {
    return Math.rint(value * 10_000) / 10_000;
  }
}
