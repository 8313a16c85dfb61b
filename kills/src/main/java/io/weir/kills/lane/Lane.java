package io.weir.kills.lane;

import io.weir.kills.point.Point;
import io.weir.kills.point.Point.Moment;
import io.weir.kills.point.Recording;
import io.weir.kills.point.Step;
import io.weir.kills.point.StepNames;
import io.weir.kills.point.Wire;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.HttpPiece;
import io.weir.testsupport.HttpTap;
import io.weir.testsupport.MongoFrame;
import io.weir.testsupport.MongoTap;
import io.weir.testsupport.NatsFrame;
import io.weir.testsupport.NatsTap;
import io.weir.testsupport.Reaction;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * One service as a process, with a nats-server and a database of its own and a tap on each of its
 * wires. One piece of work at a time is done in it. For use by one thread.
 */
public final class Lane implements AutoCloseable {
  private static final Duration LONGEST_REQUEST = Duration.ofSeconds(60);

  private final Platform platform;
  private final Kind kind;
  private final NatsServer nats;
  private final NatsTap natsTap;
  private final MongoTap mongoTap;
  private final HttpTap llmTap;
  private final HttpTap searchTap;
  private final Mongo store;
  private final Streams streams;
  private final ServiceProcess service;

  /** What an HTTP request was answered with. */
  public record Answer(int status, String body) {}

  Lane(Platform platform, Kind kind, String name) throws IOException, InterruptedException {
    this.platform = platform;
    this.kind = kind;
    nats = platform.nats(name);
    natsTap = NatsTap.to(nats.port());
    mongoTap = MongoTap.to(platform.mongoPort());
    llmTap = HttpTap.to(platform.gatewayPort());
    searchTap = HttpTap.to(platform.models().searchPort());
    store =
        new Mongo(
            MongoSettings.read(
                SettingsReader.of(
                    Map.of(
                        "MONGODB_URI",
                        "mongodb://127.0.0.1:" + platform.mongoPort(),
                        "MONGODB_DATABASE",
                        name))),
            Clock.systemUTC());
    store.start();
    ServiceLaunch launch =
        platform
            .launch(kind, name)
            .with("NATS_URL", natsTap.url())
            .with("MONGODB_URI", mongoTap.uri())
            .with("MONGODB_DATABASE", name)
            .with("LLM_BASE_URL", llmTap.url() + "/v1")
            .with("SEARCH_URL", searchTap.url())
            .with("IDEMPOTENCY_LEASE", "1s")
            .with("OUTBOX_SWEEP_EVERY", "200ms")
            .with("OUTBOX_SWEEP_AGE", "500ms");
    for (Map.Entry<String, String> setting : kind.settings().entrySet()) {
      launch = launch.with(setting.getKey(), setting.getValue());
    }
    service = ServiceProcess.start(launch, Platform.START);
    streams = new Streams(nats.url());
  }

  public Kind kind() {
    return kind;
  }

  /** Its documents, past the tap. */
  public Mongo store() {
    return store;
  }

  /** Its streams, past the tap. */
  public Streams streams() {
    return streams;
  }

  public Models models() {
    return platform.models();
  }

  /** Asks the service. */
  public Answer send(String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(service.url().resolve(path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .timeout(LONGEST_REQUEST);
    if (headers.length > 0) {
      request.headers(headers);
    }
    HttpResponse<String> response = platform.http().send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  /**
   * Starts the service again, after stopping it in order if it still runs; returns when it is
   * ready.
   */
  public void restart() throws InterruptedException {
    service.restart(Platform.START);
  }

  /** Notes every step from now on, until the result is run. */
  public Runnable record(Recording into) {
    var watching =
        List.of(
            mongoTap.onClientFrame(
                Integer.MAX_VALUE,
                frame -> noted(into, Wire.MONGO, StepNames.of(frame), true),
                Reaction.before(_ -> {})),
            natsTap.onClientFrame(
                Integer.MAX_VALUE,
                frame -> noted(into, Wire.NATS, StepNames.of(frame), frame.replyTo().isPresent()),
                Reaction.before(_ -> {})),
            natsTap.onServerFrame(
                Integer.MAX_VALUE,
                frame -> noted(into, Wire.DELIVERY, StepNames.delivered(frame), false),
                Reaction.before(_ -> {})),
            llmTap.onClientFrame(
                Integer.MAX_VALUE,
                piece -> noted(into, Wire.LLM, StepNames.of(piece), true),
                Reaction.before(_ -> {})),
            searchTap.onClientFrame(
                Integer.MAX_VALUE,
                piece -> noted(into, Wire.SEARCH, StepNames.of(piece), true),
                Reaction.before(_ -> {})));
    return () -> watching.forEach(watch -> watch.cancel(false));
  }

  /** Kills the service when it comes to this point. */
  public Kill killAt(Point point) {
    String name = point.step().name();
    int nth = point.nth();
    boolean before = point.moment() == Moment.BEFORE;
    return switch (point.step().wire()) {
      case MONGO -> {
        Predicate<MongoFrame> which = frame -> StepNames.of(frame).equals(name);
        yield Kill.at(
            nth,
            which,
            it ->
                before
                    ? mongoTap.onClientFrame(1, it, kill())
                    : mongoTap.onAnswerTo(1, it, kill()));
      }
      case NATS -> {
        Predicate<NatsFrame> which = frame -> StepNames.of(frame).equals(name);
        if (!before && point.step().answered()) {
          yield Kill.at(nth, which, it -> natsTap.onAnswerTo(1, it, kill()));
        }
        Reaction<NatsFrame> reaction =
            before ? kill() : Reaction.<NatsFrame>after(_ -> service.kill()).andHangUp();
        yield Kill.at(nth, which, it -> natsTap.onClientFrame(1, it, reaction));
      }
      case DELIVERY -> {
        Predicate<NatsFrame> which = frame -> StepNames.delivered(frame).equals(name);
        yield Kill.at(nth, which, it -> natsTap.onServerFrame(1, it, kill()));
      }
      case LLM -> killAt(llmTap, name, nth, before);
      case SEARCH -> killAt(searchTap, name, nth, before);
    };
  }

  private Kill killAt(HttpTap tap, String name, int nth, boolean before) {
    Predicate<HttpPiece> which = piece -> StepNames.of(piece).equals(name);
    return Kill.at(
        nth,
        which,
        it -> before ? tap.onClientFrame(1, it, kill()) : tap.onAnswerTo(1, it, kill()));
  }

  private <F> Reaction<F> kill() {
    return Reaction.<F>instead(_ -> service.kill()).andHangUp();
  }

  private static boolean noted(Recording into, Wire wire, String name, boolean answered) {
    if (!name.isEmpty()) {
      into.add(new Step(wire, name, answered));
    }
    return false;
  }

  @Override
  public void close() throws InterruptedException {
    service.close();
    streams.close();
    store.close();
    natsTap.close();
    mongoTap.close();
    llmTap.close();
    searchTap.close();
    nats.close();
  }
}
