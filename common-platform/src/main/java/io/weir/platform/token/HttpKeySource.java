package io.weir.platform.token;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads keys by HTTP: within a time for all of it, up to a length, from the address that the
 * operator gave and from no other, so redirects are failures. Thread-safe.
 */
final class HttpKeySource implements KeySource {
  private static final int OK = 200;

  private final URI url;
  private final Duration timeout;

  /**
   * @param timeout from connecting to the last byte
   */
  HttpKeySource(URI url, Duration timeout) {
    this.url = url;
    this.timeout = timeout;
  }

  @Override
  public byte[] read() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url).timeout(timeout).header("Accept", "application/json").build();
    // One reading in minutes: a client that stays would only hold a thread and stale connections.
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      // The request's own time-out ends with the headers; a body may come drop by drop.
      HttpResponse<byte[]> answer =
          client
              .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES))
              .get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (answer.statusCode() != OK) {
        throw new IOException("status %d, wants 200".formatted(answer.statusCode()));
      }
      return answer.body();
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException(
          cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage(),
          cause);
    } finally {
      client.shutdownNow();
    }
  }
}
