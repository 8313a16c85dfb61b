package io.weir.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client of a socket that asks one thing at a time. */
final class SecretSocket implements WebSocket.Listener, AutoCloseable {
  private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
  private final StringBuilder coming = new StringBuilder();
  private final Duration patience;
  private final WebSocket socket;

  SecretSocket(HttpClient http, URI uri, Duration patience) {
    this.patience = patience;
    socket = wait(http.newWebSocketBuilder().buildAsync(uri, this));
  }

  String asked(String message) throws InterruptedException {
    WebSocket _ = wait(socket.sendText(message, true));
    return next();
  }

  /** What it is told next. */
  String next() throws InterruptedException {
    String text = told.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    if (text == null) {
      throw new AssertionError("the socket told nothing");
    }
    return text;
  }

  private <T> T wait(CompletableFuture<T> future) {
    return future.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    coming.append(data);
    if (last) {
      told.add(coming.toString());
      coming.setLength(0);
    }
    webSocket.request(1);
    return CompletableFuture.completedStage(null);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
