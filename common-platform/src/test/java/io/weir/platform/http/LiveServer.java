package io.weir.platform.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.WebServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.messaging.Tailed;
import io.weir.platform.access.Admission;
import io.weir.platform.access.Authenticator;
import io.weir.platform.access.Principal;
import io.weir.platform.access.RateLimits;
import io.weir.platform.access.TrustedProxies;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.RouteSpec.Method;
import io.weir.platform.contract.Scope;
import io.weir.platform.live.Feed;
import io.weir.platform.live.Mailbox;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A server with a stream of events and a socket that tell all that happens to a topic. */
final class LiveServer implements AutoCloseable {
  static final RouteSpec EVENTS =
      TestRoutes.closed(Method.GET, "/events/{topic}", "events", Scope.JOBS_READ);
  static final RouteSpec SOCKET =
      TestRoutes.closed(Method.GET, "/ws/{topic}", "socket", Scope.JOBS_READ);
  static final String KEY = "weir_ada";

  final Feed<String> feed;
  final LiveStreams live;
  private final AtomicLong sequence = new AtomicLong();
  private final WebServer server;

  LiveServer(LiveSettings settings, boolean asking) {
    var meters = new SimpleMeterRegistry();
    var http =
        new HttpSettings(2048, Duration.ofSeconds(30), Duration.ofSeconds(10), 10, Duration.ZERO);
    feed = new Feed<>("test", text -> List.of(text.substring(0, 1)), meters);
    live = new LiveStreams(settings, http, meters);
    live.start();
    var api =
        new HttpApi(
                List.of(EVENTS, SOCKET),
                http,
                asking ? asking() : new OpenGuard(Principal.local("local"), false),
                meters)
            .onLive(
                EVENTS,
                (request, response) -> {
                  Mailbox<String> mailbox = Mailbox.ofAll(1_000, _ -> true);
                  String topic = request.path().pathParameters().get("topic");
                  try (var _ = feed.watch(topic, mailbox)) {
                    EventStream.serve(live, request, response, mailbox, new Telling());
                  }
                })
            .onSocket(SOCKET, live, (_, path) -> new Talking(path.get("topic")));
    var config = WebServer.builder().host("127.0.0.1").port(0).shutdownHook(false);
    api.server(config);
    server = config.routing(api::routing).build().start();
  }

  static LiveSettings settings(int most) {
    return new LiveSettings(
        most, most, Duration.ofMillis(500), Duration.ofSeconds(2), 1024, Set.of());
  }

  URI uri(String scheme, String path) {
    return URI.create("%s://127.0.0.1:%d%s".formatted(scheme, server.port(), path));
  }

  int port() {
    return server.port();
  }

  void happens(String text) {
    feed.message(new Tailed<>(sequence.incrementAndGet(), "test", Instant.EPOCH, text));
  }

  @Override
  public void close() {
    live.close();
    server.stop();
  }

  private static Guard asking() {
    return new AskingGuard(
        new Authenticator(
            List.of(
                credential ->
                    Optional.of(
                        credential.equals(KEY)
                            ? new Admission.Admitted(
                                new Principal(
                                    "ada",
                                    Principal.Via.KEY,
                                    Optional.of("ada"),
                                    Set.of(Scope.JOBS_READ),
                                    OptionalInt.empty()))
                            : new Admission.Refused()))),
        new RateLimits(Clock.systemUTC()),
        TrustedProxies.NONE,
        1_000);
  }

  private static final class Telling implements EventStream<String> {
    @Override
    public boolean begin(EventOutput output) {
      output.mark("0");
      return true;
    }

    @Override
    public boolean message(EventOutput output, Tailed<String> message) {
      output.event("told", String.valueOf(message.sequence()), message.payload());
      return !message.payload().endsWith("end");
    }

    @Override
    public boolean resumed(EventOutput output, boolean lost) {
      return true;
    }
  }

  private final class Talking implements SocketTalk<String> {
    private final Mailbox<String> mailbox = Mailbox.ofAll(1_000, _ -> true);
    private final Feed.Watch watch;

    Talking(String topic) {
      watch = feed.watch(topic, mailbox);
    }

    @Override
    public Mailbox<String> mailbox() {
      return mailbox;
    }

    @Override
    public List<ObjectNode> begin() {
      return List.of(JsonNodeFactory.instance.objectNode().put("type", "ready"));
    }

    @Override
    public List<ObjectNode> message(Tailed<String> message) {
      return List.of(JsonNodeFactory.instance.objectNode().put("told", message.payload()));
    }

    @Override
    public List<ObjectNode> resumed(boolean lost) {
      return List.of();
    }

    @Override
    public List<ObjectNode> received(ObjectNode message) {
      String name = Fields.read(message, fields -> fields.text("name", 10));
      return List.of(JsonNodeFactory.instance.objectNode().put("hello", name));
    }

    @Override
    public void close() {
      watch.close();
    }
  }
}
