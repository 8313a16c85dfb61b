package io.weir.testsupport;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * As {@link NatsTap} for MongoDB: lets a test act before a command reaches the server, or when its
 * answer has come and nobody has seen it yet. Safe for use by several threads.
 */
public final class MongoTap extends FrameTap<MongoFrame> {

  private MongoTap(int targetPort) {
    super("mongo-tap", targetPort, MongoFrameReader::new);
  }

  /** Listens on a free port of 127.0.0.1 for clients of the server on this port of 127.0.0.1. */
  public static MongoTap to(int targetPort) {
    var tap = new MongoTap(targetPort);
    tap.open();
    return tap;
  }

  /** {@code mongodb://127.0.0.1:<port>}. */
  public String uri() {
    return "mongodb://127.0.0.1:" + port();
  }

  /**
   * Reacts once, to the answer to the n-th command that matches.
   *
   * @return the answer, as {@link #onClientFrame} does
   */
  public CompletableFuture<MongoFrame> onAnswerTo(
      int nth, Predicate<MongoFrame> command, Reaction<MongoFrame> reaction) {
    return onAnswer(
        nth,
        frame -> frame.isCommand() && command.test(frame),
        asked -> answer -> answer.answers(asked),
        reaction);
  }
}
