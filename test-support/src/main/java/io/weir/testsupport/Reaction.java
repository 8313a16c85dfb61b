package io.weir.testsupport;

/**
 * What a {@link NatsTap} does when the frame comes that a test waits for. Runs the action, which
 * gets the frame, on the thread that passes this direction of this connection on: what follows the
 * frame waits until the action is over, everything else goes on. Immutable.
 */
public final class Reaction {

  /** What a test does at the very moment, for instance kill a process. */
  @FunctionalInterface
  public interface Action {
    void run(NatsFrame frame) throws Exception;
  }

  enum Moment {
    BEFORE,
    AFTER,
    INSTEAD
  }

  private final Moment moment;
  private final Action action;
  private final boolean hangsUp;

  private Reaction(Moment moment, Action action, boolean hangsUp) {
    this.moment = moment;
    this.action = action;
    this.hangsUp = hangsUp;
  }

  /** The action, then the frame is passed on. */
  public static Reaction before(Action action) {
    return new Reaction(Moment.BEFORE, action, false);
  }

  /** The frame is passed on, then the action. */
  public static Reaction after(Action action) {
    return new Reaction(Moment.AFTER, action, false);
  }

  /** The action; the frame is lost. */
  public static Reaction instead(Action action) {
    return new Reaction(Moment.INSTEAD, action, false);
  }

  /**
   * And this connection ends: nothing that its sender wrote behind the frame is passed on. Without
   * it, what a killed client had sent in the same moment still arrives, even behind a frame that
   * was lost, which no real network does.
   */
  public Reaction andHangUp() {
    return new Reaction(moment, action, true);
  }

  Moment moment() {
    return moment;
  }

  Action action() {
    return action;
  }

  boolean hangsUp() {
    return hangsUp;
  }
}
