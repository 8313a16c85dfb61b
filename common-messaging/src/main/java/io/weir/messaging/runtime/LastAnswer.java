package io.weir.messaging.runtime;

import io.helidon.http.HeaderValues;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * Ends a connection after an answer that says {@code Connection: close} (RFC 9112, 9.6). The server
 * leaves that to the client and takes what comes next for a request, which may be the body that no
 * handler has read: a request inside of a request. Stateless.
 */
final class LastAnswer implements Filter {
  private static final int MOST_DRAINED = 1 << 20;
  private static final Duration LONGEST_DRAIN = Duration.ofSeconds(2);

  @Override
  public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
    chain.proceed();
    if (response.headers().contains(HeaderValues.CONNECTION_CLOSE)) {
      drain(request);
      throw new CloseConnectionException("that was the last answer of this connection");
    }
  }

  /** Closing with unread bytes resets the connection, and the client may not see its answer. */
  private static void drain(ServerRequest request) {
    boolean waits =
        request.headers().containsToken(HeaderValues.EXPECT_100) && !request.continueSent();
    if (waits || !request.content().hasEntity() || request.content().consumed()) {
      return;
    }
    var piece = new byte[16 * 1024];
    long deadline = System.nanoTime() + LONGEST_DRAIN.toNanos();
    try {
      // Not closed: closing would read it to the end.
      @SuppressWarnings("resource")
      InputStream rest = request.content().inputStream();
      int drained = 0;
      int n = 0;
      while (n >= 0 && drained < MOST_DRAINED && System.nanoTime() - deadline < 0) {
        n = rest.read(piece);
        drained += Math.max(0, n);
      }
    } catch (IOException | RuntimeException e) {
      return; // what can't be read need not be
    }
  }
}
