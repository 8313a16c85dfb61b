package io.weir.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.platform.http.Json;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Somebody who watches jobs, by events or by a socket. */
final class Watcher {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private Watcher() {}

  /** A job's stream of events, read line by line. */
  static final class Events implements AutoCloseable {
    final int status;
    private final Scanner lines;

    Events(HttpClient http, URI uri, String... headers) throws Exception {
      var request = HttpRequest.newBuilder(uri);
      if (headers.length > 0) {
        request.headers(headers);
      }
      HttpResponse<InputStream> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      status = answer.statusCode();
      lines = new Scanner(answer.body(), StandardCharsets.UTF_8);
    }

    /** The ids of the events until one ends with {@code last}, or the stream ends. */
    List<String> until(String last) {
      var ids = new ArrayList<String>();
      while (lines.hasNextLine()) {
        String line = lines.nextLine();
        if (line.startsWith("id: ")) {
          ids.add(line.substring(4));
          if (line.endsWith(last)) {
            return ids;
          }
        }
      }
      return ids;
    }

    /** All lines that are left. */
    String rest() {
      var rest = new StringBuilder();
      while (lines.hasNextLine()) {
        rest.append(lines.nextLine()).append('\n');
      }
      return rest.toString();
    }

    @Override
    public void close() {
      lines.close();
    }
  }

  /** A user's socket. */
  static final class Messages implements WebSocket.Listener {
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    final WebSocket socket;
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final StringBuilder coming = new StringBuilder();

    Messages(HttpClient http, URI uri) {
      socket =
          http.newWebSocketBuilder().buildAsync(uri, this).orTimeout(60, TimeUnit.SECONDS).join();
    }

    JsonNode next() throws InterruptedException {
      JsonNode next = messages.poll(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
      if (next == null) {
        throw new AssertionError("nothing came");
      }
      return next;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      coming.append(data);
      if (last) {
        try {
          messages.add(Json.mapper().readTree(coming.toString()));
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
          closed.completeExceptionally(e);
        }
        coming.setLength(0);
      }
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
}
