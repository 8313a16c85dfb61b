package io.weir.testsupport;

import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Stands between NATS clients and a server on this machine, reads the frames of both and lets a
 * test act exactly when one of them passes: before a publish leaves, after an acknowledgement
 * arrived. All else passes unchanged, byte for byte and in order. Knows no TLS. Safe for use by
 * several threads.
 *
 * <p>What a client sent before it ended still reaches the server; the end of either side ends the
 * connection of the other. While the server is away, clients are reset.
 */
public final class NatsTap extends FrameTap<NatsFrame> {

  private NatsTap(int targetPort) {
    super("nats-tap", targetPort, NatsFrameReader::new);
  }

  /** Listens on a free port of 127.0.0.1 for clients of the server on this port of 127.0.0.1. */
  public static NatsTap to(int targetPort) {
    var tap = new NatsTap(targetPort);
    tap.open();
    return tap;
  }

  /** {@code nats://127.0.0.1:<port>}. */
  public String url() {
    return "nats://127.0.0.1:" + port();
  }

  /**
   * Reacts once, to the first answer to the n-th publish that matches and expects one: what
   * JetStream says to a publish, an acknowledgement or a request of its API.
   *
   * @return the answer, as {@link #onClientFrame} does
   */
  public CompletableFuture<NatsFrame> onAnswerTo(
      int nth, Predicate<NatsFrame> request, Reaction<NatsFrame> reaction) {
    return onAnswer(
        nth,
        frame -> frame.isPublish() && frame.replyTo().isPresent() && request.test(frame),
        asked -> {
          String inbox = asked.replyTo().orElseThrow();
          return answer -> answer.isMessage() && answer.subject().equals(inbox);
        },
        reaction);
  }
}
