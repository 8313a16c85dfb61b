package io.weir.gateway.provider;

import io.weir.messaging.flow.Overdue;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Request;

/**
 * Ends calls whose provider is silent for too long, without a timer for each piece that is read: on
 * a virtual thread that would wake two others. Thread-safe.
 */
final class Silence {
  private static final Duration SHORTEST_TICK = Duration.ofMillis(5);
  private static final Duration LONGEST_TICK = Duration.ofMillis(100);

  /** Of the time, by which a call is ended too late at most. */
  private static final int PART = 20;

  private final Overdue<Call> listening;

  /** Reads from a provider, and waits for it. */
  @FunctionalInterface
  interface Reading<T> {
    T read() throws IOException;
  }

  /** That a call was given up, for good: the end of its time and of a read may come together. */
  private static final class Mark {
    private volatile boolean gaveUp;
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
    this.listening = new Overdue<>(name, longest, tick, Silence::giveUp);
  }

  /** A request whose call may be bounded. */
  static Request bindable(Request.Builder request) {
    return request.tag(Mark.class, new Mark()).build();
  }

  /** Whether the call is of such a request. */
  static boolean binds(Call call) {
    return call.request().tag(Mark.class) != null;
  }

  /**
   * Reads what the call is answered with, and bounds the silence from now on.
   *
   * @throws SocketTimeoutException when nothing came for too long, which ended the call
   */
  <T> T bounded(Call call, Reading<T> reading) throws IOException {
    begin(call);
    return begun(call, reading);
  }

  /** As {@link #bounded}, for a reading during which somebody else says when silence begins. */
  <T> T begun(Call call, Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (IOException e) {
      Mark mark = call.request().tag(Mark.class);
      if (mark == null || !mark.gaveUp) {
        throw e;
      }
      var timedOut = new SocketTimeoutException("silent for too long");
      timedOut.initCause(e);
      throw timedOut;
    } finally {
      end(call);
    }
  }

  /** The other side is to say something. */
  void begin(Call call) {
    listening.add(call);
  }

  /** It has, or need not. */
  void end(Call call) {
    listening.remove(call);
  }

  private static void giveUp(Call call) {
    Mark mark = call.request().tag(Mark.class);
    if (mark != null) {
      mark.gaveUp = true;
    }
    call.cancel();
  }
}
