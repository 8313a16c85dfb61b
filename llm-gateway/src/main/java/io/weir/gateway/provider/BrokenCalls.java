package io.weir.gateway.provider;

import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.upstream.ConnectFailedException;
import java.io.IOException;
import java.net.SocketTimeoutException;

/** What it means when a call to a provider ends in an exception. */
final class BrokenCalls {
  private BrokenCalls() {}

  /**
   * What a failed exchange means.
   *
   * @param begun whether the provider had begun to answer
   * @throws InterruptedException when the calling thread was interrupted, which ended the exchange
   */
  static Failure failure(String provider, IOException e, boolean begun)
      throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("the call to " + provider + " was interrupted");
    }
    if (!begun && neverReached(e)) {
      return Failure.unreachable(
          "Provider '" + provider + "' can't be reached (" + name(e) + "); is its base_url right?");
    }
    if (e instanceof SocketTimeoutException) {
      return Failure.timeOut(
          begun
              ? "Provider '" + provider + "' stopped answering before its answer was whole."
              : "Provider '" + provider + "' did not answer in time.");
    }
    return Failure.providerError(
        "Provider '" + provider + "' broke off its answer (" + name(e) + ").",
        begun ? "stream_broken" : "provider_broke_off");
  }

  /**
   * Whether the request can't have arrived. One that did and broke the connection may do so again,
   * and must count as this request's failure.
   */
  private static boolean neverReached(IOException e) {
    return e instanceof ConnectFailedException;
  }

  private static String name(IOException e) {
    Throwable named = e instanceof ConnectFailedException ? e.getCause() : e;
    return named == null ? "" : named.getClass().getSimpleName();
  }
}
