package io.weir.gateway.provider;

import io.weir.messaging.flow.Overdue;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.Call;

/**
 * Ends calls whose provider is silent for too long, without a timer for each piece that is read: on
 * a virtual thread that would wake two others. Thread-safe.
 */
final class Silence {
  private static final Duration SHORTEST_TICK = Duration.ofMillis(5);
  private static final Duration LONGEST_TICK = Duration.ofMillis(100);

  /** Of the time, by which a call is ended too late at most. */
  private static final int PART = 20;

  private final Overdue<Listener> listening;

  /** Reads from a provider, and waits for it. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Who reads what a call is answered with; for one thread.
   *
   * <p>One that was given up stays so: the end of its time and of a read may come together.
   */
  static final class Listener {
    private final Call call;
    private volatile boolean gaveUp;

    Listener(Call call) {
      this.call = call;
    }

    Call call() {
      return call;
    }

    /** Ends the call, whoever reads from it. */
    void cancel() {
      call.cancel();
    }

    private void giveUp() {
      gaveUp = true;
      cancel();
    }
  }

  /**
   * @param name of what is too long
   * @param longest silence
   */
  Silence(String name, Duration longest) {
    Duration part = longest.dividedBy(PART);
    Duration tick =
        part.compareTo(SHORTEST_TICK) < 0
            ? SHORTEST_TICK
            : part.compareTo(LONGEST_TICK) > 0 ? LONGEST_TICK : part;
    this.listening = new Overdue<>(name, longest, tick, Listener::giveUp);
  }

  /**
   * Reads with the call's listener.
   *
   * @throws SocketTimeoutException when nothing came for too long, which ended the call
   */
  <T> T bounded(Listener listener, Reading<T> reading) throws IOException {
    listening.add(listener);
    try {
      return reading.read();
    } catch (IOException e) {
      if (!listener.gaveUp) {
        throw e;
      }
      var timedOut = new SocketTimeoutException("silent for too long");
      timedOut.initCause(e);
      throw timedOut;
    } finally {
      listening.remove(listener);
    }
  }
}
