package io.weir.kills.point;

/**
 * Where a service is killed.
 *
 * @param nth which one of several like it, from 1
 */
public record Point(Step step, int nth, Moment moment) {
  /** On which side of a step. */
  public enum Moment {
    /** It has been sent, and nobody has got it. */
    BEFORE,
    /** It is done, its answer has come, if there is one, and the service has not seen it. */
    AFTER
  }

  /** The step, with its number if there are several. */
  public String stepName() {
    return nth == 1 ? step.name() : "%s, no. %d".formatted(step.name(), nth);
  }
}
