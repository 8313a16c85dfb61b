package io.weir.platform.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Headers;
import io.helidon.webserver.http.ServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@code Sec-WebSocket-Protocol} is used for. A browser can't send other headers with a
 * WebSocket, and an address is no place for a key: logs and histories keep it. So a page offers two
 * protocols, {@code weir.v1} and {@code weir.key.KEY}, and the answer chooses the first.
 */
final class SocketProtocol {
  static final String NAME = "weir.v1";
  static final HeaderName HEADER = HeaderNames.create("Sec-WebSocket-Protocol");
  private static final HeaderName API_KEY = HeaderNames.create("x-api-key");
  private static final String KEY = "weir.key.";

  /** Marks a request that may become a socket. */
  private record Asked() {}

  private SocketProtocol() {}

  /** Lets {@code request} show a key among its protocols. */
  static void allowKey(ServerRequest request) {
    request.context().register(new Asked());
  }

  /** The protocol that the answer chooses; empty when it was not offered. */
  static Optional<String> chosen(Headers headers) {
    return offered(headers).filter(NAME::equals).findFirst();
  }

  /** The values of {@code Authorization}, or what a socket's protocols say instead. */
  static List<String> authorization(ServerRequest request) {
    List<String> authorization = request.headers().all(HeaderNames.AUTHORIZATION, List::of);
    boolean other = !authorization.isEmpty() || request.headers().contains(API_KEY);
    if (other || request.context().get(Asked.class).isEmpty()) {
      return authorization;
    }
    return offered(request.headers())
        .filter(protocol -> protocol.startsWith(KEY))
        .map(protocol -> "Bearer " + protocol.substring(KEY.length()))
        .toList();
  }

  private static Stream<String> offered(Headers headers) {
    return headers.all(HEADER, List::of).stream()
        .flatMap(value -> Stream.of(value.split(",")))
        .map(String::strip);
  }
}
