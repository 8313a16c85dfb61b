package io.weir.platform.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Server-sent events as an answer, each flushed as it is written. Opening it sends the headers, so
 * problems must be told before. One thread writes at a time. A client that went away shows as an
 * {@link IOException} or {@link java.io.UncheckedIOException}.
 */
public final class EventStream implements AutoCloseable {
  private final OutputStream out;

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** Begins an answer of events. */
  public static EventStream open(ServerResponse response) {
    response
        .status(200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(HeaderValues.CACHE_NO_CACHE)
        .header("X-Accel-Buffering", "no"); // proxies pass it on at once
    return new EventStream(response.outputStream());
  }

  /** One event; lines of {@code data} become lines of the event. */
  public void data(String data) throws IOException {
    write("", data);
  }

  /** One event with a type and an id by which a reader can resume. */
  public void event(String type, String id, String data) throws IOException {
    write("event: %s\nid: %s\n".formatted(type, id), data);
  }

  /** Keeps proxies and readers from giving up on a silent stream. */
  public void keepAlive() throws IOException {
    send(": keep-alive\n\n");
  }

  @Override
  public void close() throws IOException {
    out.close();
  }

  private void write(String head, String data) throws IOException {
    var event = new StringBuilder(head);
    data.lines().forEach(line -> event.append("data: ").append(line).append('\n'));
    send(event.append('\n').toString());
  }

  private void send(String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
