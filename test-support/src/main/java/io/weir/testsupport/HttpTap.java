package io.weir.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * As {@link NatsTap} for HTTP/1.1 without pipelining, as far as to know where requests and answers
 * begin. Meant for one request at a time. Safe for use by several threads.
 */
public final class HttpTap extends FrameTap<HttpPiece> {
  private static final int BUFFER_BYTES = 64 << 10;

  private HttpTap(int targetPort) {
    super("http-tap", targetPort, HttpTap::pieces);
  }

  /** Listens on a free port of 127.0.0.1 for clients of the server on this port of 127.0.0.1. */
  public static HttpTap to(int targetPort) {
    var tap = new HttpTap(targetPort);
    tap.open();
    return tap;
  }

  /** {@code http://127.0.0.1:<port>}. */
  public String url() {
    return "http://127.0.0.1:" + port();
  }

  /**
   * Reacts once, to the beginning of the answer to the n-th request that matches.
   *
   * @return it, as {@link #onClientFrame} does
   */
  public CompletableFuture<HttpPiece> onAnswerTo(
      int nth, Predicate<HttpPiece> request, Reaction<HttpPiece> reaction) {
    return onAnswer(
        nth,
        piece -> !piece.request().isEmpty() && request.test(piece),
        _ -> HttpPiece::isAnswer,
        reaction);
  }

  private static Reader<HttpPiece> pieces(InputStream in) {
    byte[] buffer = new byte[BUFFER_BYTES];
    return new Reader<>() {
      @Override
      public @Nullable HttpPiece next() throws IOException {
        int read = in.read(buffer);
        return read < 0 ? null : new HttpPiece(Arrays.copyOf(buffer, read));
      }
    };
  }
}
