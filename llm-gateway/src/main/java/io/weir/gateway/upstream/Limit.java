package io.weir.gateway.upstream;

import io.weir.messaging.flow.Overdue;
import java.io.IOException;
import java.time.Duration;

/**
 * Ends calls that take too long over something, with one clock for all of them: a timer for each
 * wait of a virtual thread would wake two others. Thread-safe.
 */
public final class Limit {
  private final Overdue<UpstreamCall> under;

  /** Reads from a provider, and waits for it. */
  @FunctionalInterface
  public interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * @param name of what takes too long
   * @param longest that it may take
   */
  Limit(String name, Duration longest) {
    this.under = Overdue.after(name, longest, UpstreamCall::timeOut);
  }

  /**
   * Reads what the call is answered with.
   *
   * @throws java.net.SocketTimeoutException when it took too long, which ended the call
   */
  public <T> T over(UpstreamCall call, Reading<T> reading) throws IOException {
    begin(call);
    try {
      return reading.read();
    } finally {
      end(call);
    }
  }

  void begin(UpstreamCall call) {
    under.add(call);
  }

  void end(UpstreamCall call) {
    under.remove(call);
  }
}
