package io.weir.benchmarks.gateway;

import io.weir.localstack.Undertaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code ./weir bench --gateway}: all ways to the model in turn, round by round, on one machine at
 * one time.
 */
public final class GatewayBench implements AutoCloseable {
  private static final int[] CONNECTIONS = {1, 16, 256};
  private static final Duration WARM_UP = Duration.ofSeconds(4);
  private static final Duration STREAM_PATIENCE = Duration.ofMinutes(1);

  private final Path folder = Files.createTempDirectory("weir-gateway-bench");
  private final Undertaker undertaker = Undertaker.start();
  private final Consumer<String> say;
  private final Load load;
  private final StampedUpstream stamped;
  private final Nginx model;
  private final Nginx proxy;
  private final Portkey portkey;
  private final WeirGateway weir;
  private final List<Target> targets;

  /**
   * How much is measured.
   *
   * @param rounds of each cell
   * @param window of plain load in one round
   * @param open streams that are open at once in the test of memory
   */
  public record Load(int rounds, Duration window, int open) {
    public static final Load FULL = new Load(7, Duration.ofSeconds(4), 1_000);
    public static final Load QUICK = new Load(3, Duration.ofSeconds(2), 200);
  }

  /**
   * Starts everything.
   *
   * @param root the checkout
   * @param peers where the other gateway is installed
   */
  public GatewayBench(Path root, Path peers, Load load, Consumer<String> say) throws Exception {
    this.say = say;
    this.load = load;
    stamped = StampedUpstream.start();
    model = Nginx.model(folder.resolve("model"), undertaker);
    proxy = Nginx.proxy(folder.resolve("proxy"), model.port(), stamped.port(), undertaker);
    portkey = Portkey.start(peers, folder.resolve("portkey"), undertaker);
    weir = WeirGateway.start(root, folder.resolve("weir"), model.port(), stamped.port());
    targets = targets();
  }

  private List<Target> targets() {
    String path = "/v1/chat/completions";
    return List.of(
        new Target(Target.DIRECT, model.uri(path), at(stamped.port(), path), Map.of()),
        new Target(
            Target.NGINX, proxy.uri("/plain" + path), proxy.uri("/streamed" + path), Map.of()),
        new Target(
            Target.WEIR,
            weir.uri(path),
            weir.uri(path),
            Map.of("Authorization", "Bearer " + weir.key())),
        // One upstream a request: streams and whole answers differ in where it is.
        new Target(
            Target.PORTKEY,
            at(portkey.port(), path),
            at(portkey.port(), path),
            Portkey.headers(at(model.port(), "/v1").toString())));
  }

  private static java.net.URI at(int port, String path) {
    return java.net.URI.create("http://127.0.0.1:" + port + path);
  }

  /** Measures all cells. */
  public GatewayResults measure() throws Exception {
    warmUp();
    var plain = new ArrayList<GatewayResults.Plain>();
    for (int connections : CONNECTIONS) {
      plain.addAll(plain(connections));
    }
    var streams = new ArrayList<GatewayResults.Streamed>();
    stamped.answering(50, Duration.ofMillis(20));
    streams.addAll(streamed(100));
    return new GatewayResults(plain, streams, open());
  }

  private void warmUp() throws Exception {
    say.accept("warming up");
    stamped.answering(20, Duration.ofMillis(1));
    for (int i = 0; i < 3; i++) {
      for (Target target : targets) {
        new Wrk(folder).run(target.plain(), target.headers(), Chats.plain(), 16, WARM_UP);
        warmUpStreams(streaming(target));
      }
    }
  }

  /** As long as with whole answers: they take other ways through a gateway. */
  private static void warmUpStreams(Target target) throws InterruptedException {
    long until = System.nanoTime() + WARM_UP.toNanos();
    do {
      StreamLoad.run(target, 50, STREAM_PATIENCE);
    } while (System.nanoTime() - until < 0);
  }

  private List<GatewayResults.Plain> plain(int connections)
      throws IOException, InterruptedException {
    Map<String, List<Wrk.Seen>> seen = new LinkedHashMap<>();
    for (int round = 0; round < load.rounds(); round++) {
      for (Target target : inTurn(round)) {
        Wrk.Seen one =
            new Wrk(folder)
                .run(target.plain(), target.headers(), Chats.plain(), connections, load.window());
        seen.computeIfAbsent(target.name(), _ -> new ArrayList<>()).add(one);
      }
    }
    var rows = new ArrayList<GatewayResults.Plain>();
    for (Target target : targets) {
      var row =
          new GatewayResults.Plain(
              connections, target.name(), seen.getOrDefault(target.name(), List.of()));
      say.accept(row.toString());
      rows.add(row);
    }
    return rows;
  }

  private List<GatewayResults.Streamed> streamed(int streams) throws InterruptedException {
    Map<String, List<StreamLoad.Seen>> seen = new LinkedHashMap<>();
    for (int round = 0; round < load.rounds(); round++) {
      for (Target target : inTurn(round)) {
        seen.computeIfAbsent(target.name(), _ -> new ArrayList<>())
            .add(StreamLoad.run(streaming(target), streams, STREAM_PATIENCE));
      }
    }
    var rows = new ArrayList<GatewayResults.Streamed>();
    for (Target target : targets) {
      var row =
          new GatewayResults.Streamed(target.name(), seen.getOrDefault(target.name(), List.of()));
      say.accept(row.toString());
      rows.add(row);
    }
    return rows;
  }

  /** Many slow streams at once through our gateway, and what memory it has then. */
  private GatewayResults.Open open() throws Exception {
    stamped.answering(100, Duration.ofMillis(200));
    Target target = streaming(targets.get(2));
    try (var watch = Memory.of(weir.pid())) {
      StreamLoad.Seen seen = StreamLoad.run(target, load.open(), Duration.ofMinutes(2));
      var open = new GatewayResults.Open(seen, weir.heapLimitMebibytes(), watch.mostMebibytes());
      say.accept(open.toString());
      return open;
    }
  }

  private Target streaming(Target target) {
    return target.name().equals(Target.PORTKEY)
        ? new Target(
            target.name(),
            target.plain(),
            target.streamed(),
            Portkey.headers(at(stamped.port(), "/v1").toString()))
        : target;
  }

  /** Another begins each round, so that none has the best place. */
  private List<Target> inTurn(int round) {
    var turned = new ArrayList<>(targets);
    java.util.Collections.rotate(turned, round);
    return turned;
  }

  @Override
  public void close() throws Exception {
    weir.close();
    portkey.close();
    proxy.close();
    model.close();
    stamped.close();
    undertaker.close();
  }
}
