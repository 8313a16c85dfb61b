package io.weir.platform.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.weir.messaging.flow.Overdue;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Server-sent events as an answer, each piece flushed as it is written. The answer's headers go out
 * with the first piece, so that until then an error can have a status of its own. While there is
 * nothing to write, keep-alive comments show the client and all between that the stream lives.
 *
 * <p>A write waits while the client reads more slowly than is written. When the client closes the
 * connection, or a write has waited too long for it to read, the thread that made this object is
 * interrupted, which ends whatever it waits for: on a virtual thread the write itself too. Used by
 * that one thread.
 */
public final class EventOutput implements AutoCloseable {
  /** When comments are sent, and who reads so slowly for so long is given up. */
  public record Patience(Duration keepAlive, Duration stall) {
    /** 15 s and 30 s. */
    public static final Patience DEFAULT =
        new Patience(Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  /** One clock for all that are as patient; a timer for each would be a thread to wake for each. */
  private static final Map<Duration, Overdue<EventOutput>> QUIET = new ConcurrentHashMap<>();

  private static final byte[] KEEP_ALIVE = ": keep-alive\n\n".getBytes(StandardCharsets.UTF_8);

  private final ServerResponse response;
  private final Patience patience;
  private final Thread writer = Thread.currentThread();
  private final ReentrantLock lock = new ReentrantLock();
  private final Optional<JoinedWrites> connection = JoinedWrites.ofThisConnection();
  private final Overdue<EventOutput> quiet;
  private volatile @Nullable OutputStream out;
  private long lastWrite = System.nanoTime();
  private boolean active = true;
  private boolean ended;
  private volatile boolean clientGone;

  private EventOutput(ServerResponse response, Patience patience) {
    this.response = response;
    this.patience = patience;
    this.quiet = QUIET.computeIfAbsent(patience.keepAlive(), EventOutput::clock);
  }

  private static Overdue<EventOutput> clock(Duration keepAlive) {
    return Overdue.after("keep-alive", keepAlive, EventOutput::showThatItLives);
  }

  /** Sends nothing yet, but a keep-alive comment after each silence that is long enough. */
  public static EventOutput to(ServerResponse response, Patience patience) {
    EventOutput output = new EventOutput(response, patience);
    output.quiet.add(output);
    ClientWatch.watch(output::giveUp);
    return output;
  }

  /** Whether the answer has begun, so that errors can only be told as events. */
  public boolean begun() {
    return out != null;
  }

  /**
   * Gives the answer a header, unless it has begun: a keep-alive comment may have gone out at any
   * moment, and with it the headers.
   */
  public void header(String name, String value) {
    take();
    try {
      if (out == null) {
        response.header(HeaderNames.create(name), value);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends whole events.
   *
   * @throws CloseConnectionException when the client is gone
   */
  public void write(byte[] events) {
    take();
    try {
      send(events);
    } catch (IOException | RuntimeException e) {
      clientGone = true;
      throw gone(e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Sends one event; lines of {@code data} become lines of the event.
   *
   * @throws CloseConnectionException when the client is gone
   */
  public void data(String data) {
    write(text("", data));
  }

  /** As {@link #data}, with a type, and an id by which a reader can resume. */
  public void event(String type, String id, String data) {
    write(text("event: %s\nid: %s\n".formatted(type, id), data));
  }

  /** Sends words that programs pass over. */
  public void comment(String words) {
    write(text(": " + words + "\n", ""));
  }

  /** Says where a reader is who has read all that came, and would resume. */
  public void mark(String id) {
    write(text("id: " + id + "\n", ""));
  }

  /** Says how long a reader waits before it comes back when the stream has ended. */
  public void retry(Duration after) {
    write(text("retry: " + after.toMillis() + "\n", ""));
  }

  /** What a request ends with whose client has gone; nobody reads an answer any more. */
  public static CloseConnectionException gone(Throwable cause) {
    return new CloseConnectionException("the client went away", cause);
  }

  /** Whether an interrupt of the writer meant that the client has gone. */
  public boolean clientGone() {
    return clientGone;
  }

  /** Ends the stream. */
  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      take();
      try {
        active = false;
        OutputStream begun = out;
        if (begun != null && !clientGone) {
          begun.close();
        }
      } finally {
        lock.unlock();
      }
    } catch (IOException | RuntimeException e) {
      clientGone = true;
    } finally {
      end(interrupted);
    }
  }

  /** Nothing that this thread does next must be hit by an interrupt meant for this stream. */
  private synchronized void end(boolean interrupted) {
    ended = true;
    ClientWatch.unwatch();
    quiet.remove(this);
    if (clientGone) {
      var _ = Thread.interrupted();
    } else if (interrupted) {
      writer.interrupt();
    }
  }

  private synchronized void giveUp() {
    if (!ended) {
      clientGone = true;
      writer.interrupt();
    }
  }

  /** The lock, for the writer: a keep-alive comment that nobody reads may have it. */
  private void take() {
    try {
      if (!lock.tryLock(patience.stall().toNanos(), TimeUnit.NANOSECONDS)) {
        clientGone = true;
        throw new CloseConnectionException("the client does not read");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw gone(e);
    }
  }

  private static byte[] text(String head, String data) {
    var event = new StringBuilder(head);
    data.lines().forEach(line -> event.append("data: ").append(line).append('\n'));
    return event.append('\n').toString().getBytes(StandardCharsets.UTF_8);
  }

  private void send(byte[] bytes) throws IOException {
    OutputStream begun = out;
    if (begun == null) {
      begin(bytes);
    } else {
      flush(begun, bytes);
    }
    lastWrite = System.nanoTime();
    quiet.add(this);
  }

  private void begin(byte[] first) throws IOException {
    response
        .status(200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(HeaderValues.CACHE_NO_CACHE)
        .header("X-Accel-Buffering", "no"); // proxies pass it on at once
    OutputStream begun = response.outputStream();
    out = begun;
    if (connection.isPresent()) {
      connection.get().together(() -> flush(begun, first));
    } else {
      flush(begun, first);
    }
  }

  private static void flush(OutputStream out, byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  private void showThatItLives() {
    Thread.ofVirtual().name("keep-alive").start(this::keepAlive);
  }

  /** The clock goes on by what is written: this comment, or whatever came before it just now. */
  private void keepAlive() {
    try {
      if (!free()) {
        return;
      }
      try {
        if (active && !clientGone) {
          sayIfQuiet();
        }
      } finally {
        lock.unlock();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sayIfQuiet() {
    try {
      if (System.nanoTime() - lastWrite >= patience.keepAlive().toNanos()) {
        send(KEEP_ALIVE);
      }
    } catch (IOException | RuntimeException e) {
      giveUp();
    }
  }

  /** Takes the lock; a write that has it for too long is ended. */
  private boolean free() throws InterruptedException {
    if (lock.tryLock(patience.stall().toNanos(), TimeUnit.NANOSECONDS)) {
      return true;
    }
    giveUp();
    return false;
  }
}
