package io.weir.platform.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A client's side of a socket: what came, and how it ended. */
final class TestSocket implements WebSocket.Listener {
  final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
  final AtomicInteger pings = new AtomicInteger();
  final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder coming = new StringBuilder();
  private final WebSocket socket;

  TestSocket(HttpClient http, URI uri, String... headers) {
    this(uri, with(http.newWebSocketBuilder(), headers));
  }

  private TestSocket(URI uri, WebSocket.Builder builder) {
    socket = builder.buildAsync(uri, this).orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** One that offers protocols, as a web page can. */
  static TestSocket offering(HttpClient http, URI uri, String first, String second) {
    return new TestSocket(uri, http.newWebSocketBuilder().subprotocols(first, second));
  }

  private static WebSocket.Builder with(WebSocket.Builder builder, String... headers) {
    for (int i = 0; i < headers.length; i += 2) {
      builder.header(headers[i], headers[i + 1]);
    }
    return builder;
  }

  WebSocket socket() {
    return socket;
  }

  String next() throws InterruptedException {
    String text = texts.poll(Duration.ofSeconds(60).toNanos(), TimeUnit.NANOSECONDS);
    if (text == null) {
      throw new AssertionError("nothing came");
    }
    return text;
  }

  int closedWith() {
    return closed.orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    coming.append(data);
    if (last) {
      texts.add(coming.toString());
      coming.setLength(0);
    }
    webSocket.request(1);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onPing(WebSocket webSocket, java.nio.ByteBuffer message) {
    pings.incrementAndGet();
    webSocket.request(1);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    closed.complete(code);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    closed.completeExceptionally(error);
  }
}
