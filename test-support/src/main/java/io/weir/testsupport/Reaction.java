package io.weir.testsupport;

/**
 * What a tap, such as {@link NatsTap}, does when the frame comes that a test waits for. Runs the
 * action, which gets the frame, on the thread that passes this direction of this connection on:
 * what follows the frame waits until the action is over, everything else goes on. Immutable.
 */
public final class Reaction<F> {

  /** What a test does at the very moment, for instance kill a process. */
  @FunctionalInterface
  public interface Action<F> {
    void run(F frame) throws Exception;
  }

  enum Moment {
    BEFORE,
    AFTER,
    INSTEAD
  }

  private final Moment moment;
  private final Action<F> action;
  private final boolean hangsUp;

  private Reaction(Moment moment, Action<F> action, boolean hangsUp) {
    this.moment = moment;
    this.action = action;
    this.hangsUp = hangsUp;
  }

  /** The action, then the frame is passed on. */
  public static <F> Reaction<F> before(Action<F> action) {
    return new Reaction<>(Moment.BEFORE, action, false);
  }

  /** The frame is passed on, then the action. */
  public static <F> Reaction<F> after(Action<F> action) {
    return new Reaction<>(Moment.AFTER, action, false);
  }

  /** The action; the frame is lost. */
  public static <F> Reaction<F> instead(Action<F> action) {
    return new Reaction<>(Moment.INSTEAD, action, false);
  }

  /**
   * And this connection ends: nothing that its sender wrote behind the frame is passed on. Without
   * it, what a killed client had sent in the same moment still arrives, even behind a frame that
   * was lost, which no real network does.
   */
  public Reaction<F> andHangUp() {
    return new Reaction<>(moment, action, true);
  }

  Moment moment() {
    return moment;
  }

  Action<F> action() {
    return action;
  }

  boolean hangsUp() {
    return hangsUp;
  }
}
