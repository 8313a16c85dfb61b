package io.weir.localstack;

import io.weir.localstack.PartState.Status;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The parts of one stack: how each is started, with what environment, and in which order they stop.
 */
final class StackParts {

  /** Longer than a service's own drain time of 30 s. */
  private static final Duration SERVICE_GRACE = Duration.ofSeconds(35);

  private static final Duration SERVER_GRACE = Duration.ofSeconds(10);
  private static final Duration SERVER_START = Duration.ofSeconds(30);
  private static final Duration RESTART_WITHIN = Duration.ofSeconds(60);

  private final StackConfig config;
  private final Consumer<PartState> listener;
  private final Undertaker undertaker;
  private final Probe probe = new Probe();
  private final List<PartState> external = new CopyOnWriteArrayList<>();
  private final List<SupervisedPart> servers = new CopyOnWriteArrayList<>();
  private final List<SupervisedPart> services = new CopyOnWriteArrayList<>();
  private final ConcurrentNavigableMap<StackService, ServiceProcess> processes =
      new ConcurrentSkipListMap<>();
  private final List<String> notes = new CopyOnWriteArrayList<>();
  private volatile String natsUrl = "";
  private volatile String mongodbUri = "";

  StackParts(StackConfig config, Consumer<PartState> listener, Undertaker undertaker) {
    this.config = config;
    this.listener = listener;
    this.undertaker = undertaker;
  }

  String natsUrl() {
    return natsUrl;
  }

  String mongodbUri() {
    return mongodbUri;
  }

  Map<StackService, ServiceProcess> processes() {
    return processes;
  }

  List<String> notes() {
    return List.copyOf(notes);
  }

  List<PartState> states() {
    List<PartState> states = new ArrayList<>(external);
    servers.forEach(part -> states.add(part.state()));
    services.forEach(part -> states.add(part.state()));
    return states;
  }

  /**
   * Starts both servers, the slow one first: a JVM needs a second, nats-server some milliseconds.
   */
  void startServers() throws InterruptedException {
    Optional<MongoProcess> mongo = startMongo();
    startNats();
    if (mongo.isPresent()) {
      mongo.get().awaitReady(SERVER_START);
      servers.forEach(SupervisedPart::becameReady);
    }
  }

  /** Starts a service without waiting for it. */
  void startService(StackService service) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put(
        "LLM_BASE_URL", "http://127.0.0.1:" + config.ports().of(StackService.LLM_GATEWAY) + "/v1");
    environment.put(
        "SEARCH_URL", "http://127.0.0.1:" + config.ports().of(StackService.ENTITY_WORKER));
    environment.putAll(config.environment());
    environment.put("NATS_URL", natsUrl);
    environment.put("MONGODB_URI", mongodbUri);
    environment.put("WEIR_HOME", config.home().toString());
    ServiceProcess process =
        ServiceProcess.launch(
            new ServiceLaunch(
                config.root(),
                service.module(),
                config.ports().of(service),
                environment,
                config.home(),
                service.heapMebibytes(),
                Optional.of(undertaker)));
    processes.put(service, process);
    services.add(
        new SupervisedPart(
            service.module(),
            process.url().toString(),
            process::process,
            process::isReady,
            () -> process.restart(RESTART_WITHIN),
            listener));
  }

  /** Waits until all services are ready; throws {@link StackException} as soon as one has ended. */
  void awaitServices() throws InterruptedException {
    boolean all =
        Polling.until(
            config.readyWithin(),
            () -> {
              for (SupervisedPart part : services) {
                if (!part.process().isAlive()) {
                  throw part.process().failure("ended while it was starting");
                }
              }
              return services.stream().filter(part -> !part.becameReady()).count() == 0;
            });
    if (!all) {
      SupervisedPart late =
          services.stream().filter(part -> !part.becameReady()).findFirst().orElseThrow();
      throw late.process().failure("is not ready after " + config.readyWithin().toSeconds() + " s");
    }
  }

  void supervise() {
    servers.forEach(SupervisedPart::supervise);
    services.forEach(SupervisedPart::supervise);
  }

  /** Stops the services together, then MongoDB, then NATS. */
  void stop() throws InterruptedException {
    for (SupervisedPart part : services) {
      part.release();
    }
    for (SupervisedPart part : servers) {
      part.release();
    }
    services.forEach(SupervisedPart::terminate);
    long deadline = System.nanoTime() + SERVICE_GRACE.toNanos();
    for (SupervisedPart part : services) {
      part.finish(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    for (SupervisedPart part : servers.reversed()) {
      part.terminate();
      part.finish(SERVER_GRACE);
    }
  }

  private void startNats() throws InterruptedException {
    String given = config.environment().getOrDefault("NATS_URL", "");
    if (!given.isEmpty()) {
      natsUrl = given;
      useExternal("nats", given);
      return;
    }
    NatsServer nats =
        NatsServer.start(
            NatsServerOptions.in(config.home().resolve("nats"))
                .withPorts(freeOr(config.ports().nats(), "nats-server"), 0)
                .withBinary(NatsBinary.find(HostEnvironment.current(), config.home()))
                .withUndertaker(undertaker));
    natsUrl = nats.url();
    URI health = URI.create(nats.monitorUrl() + "/healthz");
    SupervisedPart part =
        new SupervisedPart(
            "nats", nats.url(), nats::process, () -> probe.isOk(health), nats::restart, listener);
    // First in the list, because it is stopped last.
    servers.addFirst(part);
    part.becameReady();
  }

  private Optional<MongoProcess> startMongo() {
    String given = config.environment().getOrDefault("MONGODB_URI", "");
    if (!given.isEmpty()) {
      mongodbUri = given;
      useExternal("mongo", given);
      return Optional.empty();
    }
    int port = freeOr(config.ports().mongo(), "the MongoDB-wire server");
    Path log = config.home().resolve("logs").resolve("mongo.out");
    MongoProcess mongo =
        MongoProcess.start(config.root(), config.home().resolve("mongo"), port, log, undertaker);
    mongodbUri = mongo.uri();
    servers.add(
        new SupervisedPart(
            "mongo",
            mongo.uri(),
            mongo::process,
            mongo::accepts,
            () -> mongo.restart(SERVER_START),
            listener));
    return Optional.of(mongo);
  }

  private int freeOr(int port, String who) {
    if (FreePorts.isFree(port)) {
      return port;
    }
    int other = FreePorts.one();
    notes.add("Port %d is taken; %s listens on %d instead.".formatted(port, who, other));
    return other;
  }

  private void useExternal(String name, String url) {
    String shown = url.replaceAll("//[^/@]*@", "//***@");
    PartState state =
        new PartState(
            name, shown, Status.EXTERNAL, 0, Optional.empty(), "given by the environment");
    external.add(state);
    listener.accept(state);
  }
}
