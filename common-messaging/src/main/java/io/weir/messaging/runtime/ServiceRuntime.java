package io.weir.messaging.runtime;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.weir.messaging.health.HealthSource;
import io.weir.messaging.secret.Redaction;
import io.weir.messaging.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a service from its settings to its exit: settings → health server (live, not ready) →
 * components in order → ready; at SIGTERM or SIGINT not ready → components drain and close in
 * reverse → exit 0.
 *
 * <p>Exit codes: 0 after a drain, 78 for wrong settings (all of them named), 64 for unknown
 * arguments, 1 for anything else that ends the start.
 */
public final class ServiceRuntime {
  private static final int EXIT_USAGE = 64;
  private static final int EXIT_CONFIG = 78;

  private final String name;
  private final RuntimeSettings settings;
  private final Service service;
  private final Lifecycle lifecycle;
  private final HttpServer http;
  private final Logger log = LoggerFactory.getLogger(ServiceRuntime.class);
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** One process runs one service: whether it ends because something is wrong. */
  private static volatile boolean failed;

  private ServiceRuntime(
      String name,
      RuntimeSettings settings,
      Service service,
      PrometheusMeterRegistry meters,
      Clock clock) {
    this.name = name;
    this.settings = settings;
    this.service = service;
    this.lifecycle = new Lifecycle(clock);
    var health =
        new HealthReport(
            name,
            Version.current(),
            clock,
            lifecycle,
            sources(service.components()),
            sources(service.beside()));
    this.http =
        new HttpServer(
            settings,
            service,
            new ManagementRoutes(health, lifecycle, meters),
            lifecycle,
            Tracing.global());
  }

  /**
   * The whole of a service's {@code main}. Does not return before the service ends.
   *
   * @param name the service's name, such as {@code review-worker}
   * @param defaultPort its port unless {@code HTTP_PORT} says otherwise
   * @param args the command line: nothing, {@code --print-config}, {@code --version} or {@code
   *     --help}
   * @param configure reads the service's own settings
   * @param wire adds the service's components and routes; does no I/O
   */
  public static <C> void run(
      String name,
      int defaultPort,
      String[] args,
      Function<SettingsReader, C> configure,
      BiConsumer<C, Service> wire) {
    SettingsReader reader;
    RuntimeSettings settings;
    C config;
    try {
      reader = SettingsReader.of(System.getenv());
      settings = RuntimeSettings.read(reader, defaultPort);
      config = configure.apply(reader);
      if (CommandLine.answered(name, args, reader)) {
        return;
      }
      reader.check();
    } catch (CommandLine.UnknownArgument e) {
      throw exit(EXIT_USAGE, List.of(e.getMessage()));
    } catch (InvalidSettingsException e) {
      throw exit(EXIT_CONFIG, e.problems());
    }
    try {
      Logging.start(name, settings);
      PrometheusMeterRegistry meters = Meters.create(name, Version.current());
      Clock clock = Clock.systemUTC();
      Service service = new Service(name, meters, clock);
      wire.accept(config, service);
      Optional<String> refusal = settings.refusal(service.isOpen());
      if (refusal.isPresent()) {
        throw exit(EXIT_CONFIG, List.of(refusal.get()));
      }
      new ServiceRuntime(name, settings, service, meters, clock).runToTheEnd();
    } catch (Exception e) {
      LoggerFactory.getLogger(ServiceRuntime.class).atDebug().setCause(e).log("start failed");
      throw exit(1, List.of(name + " did not start: " + cause(e)));
    }
  }

  /**
   * Ends the process with exit code 1, after a drain, because it can't do its work any more and a
   * fresh start may help; for a supervisor to start it again. Returns at once.
   */
  public static void fail(String reason) {
    Thread.ofPlatform().name("fail").start(() -> exit(1, List.of(reason)));
  }

  private void runToTheEnd() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::drainAndExit, "drain"));
    log.atInfo()
        .addKeyValue("service", name)
        .addKeyValue("version", Version.current())
        .addKeyValue("pid", ProcessHandle.current().pid())
        .log("starting");
    http.start();
    if (!settings.isLoopback()) {
      log.atWarn()
          .addKeyValue("host", settings.host())
          .log("HTTP without TLS on an address that others can reach");
    }
    startBeside("background-start", service.background());
    service.apart().forEach(part -> startBeside("apart-start", List.of(part)));
    try {
      for (Component component : service.components()) {
        component.start();
      }
    } catch (Exception e) {
      if (lifecycle.phase().compareTo(Lifecycle.Phase.DRAINING) >= 0) {
        // A stop cut the start off; the drain ends the process.
        stopped.await();
      }
      throw e;
    }
    lifecycle.advance(Lifecycle.Phase.RUNNING);
    log.atInfo()
        .addKeyValue("url", "http://%s:%d".formatted(settings.host(), http.port()))
        .addKeyValue("health", "/health")
        .addKeyValue("metrics", "/metrics")
        .addKeyValue("millis", lifecycle.uptime().toMillis())
        .log("ready");
    stopped.await();
  }

  private void startBeside(String thread, List<Component> parts) {
    Thread _ = Thread.ofVirtual().name(thread).start(() -> startInOrder(parts));
  }

  private void startInOrder(List<Component> parts) {
    try {
      for (Component component : parts) {
        component.start();
      }
    } catch (Exception e) {
      if (lifecycle.phase().compareTo(Lifecycle.Phase.DRAINING) < 0) {
        exit(1, List.of(name + " did not start: " + cause(e)));
      }
    }
  }

  /**
   * Runs in the shutdown hook. A JVM that was told to stop exits with 143 whatever its hooks did,
   * and an orderly stop must be told from a failed one: so the drain ends with a halt(0).
   */
  private void drainAndExit() {
    if (lifecycle.phase() == Lifecycle.Phase.STOPPED) {
      return;
    }
    lifecycle.advance(Lifecycle.Phase.DRAINING);
    log.atInfo().addKeyValue("timeout", settings.drainTimeout()).log("draining");
    List<Component> reverse = reversed();
    long deadline = System.nanoTime() + settings.drainTimeout().toNanos();
    for (Component component : reverse) {
      quietly(component, () -> component.drain(remaining(deadline)));
    }
    quietly(http, () -> http.awaitIdle(remaining(deadline)));
    quietly(http, http::stop);
    for (Component component : reverse) {
      quietly(component, component::close);
    }
    log.atInfo().addKeyValue("uptime", lifecycle.uptime()).log("stopped");
    Logging.stop();
    if (!failed) {
      Runtime.getRuntime().halt(0);
    }
  }

  private static List<HealthSource> sources(List<Component> components) {
    return components.stream()
        .filter(HealthSource.class::isInstance)
        .map(HealthSource.class::cast)
        .toList();
  }

  private List<Component> reversed() {
    var all = new ArrayList<Component>(service.components());
    all.addAll(service.beside());
    return all.reversed();
  }

  private static Duration remaining(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** One part that fails to stop must not keep the others from stopping. */
  private void quietly(Object part, Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      log.atWarn()
          .addKeyValue("part", part.getClass().getSimpleName())
          .addKeyValue("error", e.toString())
          .log("stop failed");
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private static String cause(Throwable failure) {
    Throwable deepest = failure;
    while (deepest.getMessage() == null && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
  }

  private static IllegalStateException exit(int code, List<String> lines) {
    failed = true;
    Logging.endQuietly();
    lines.stream().map(Redaction::ofLog).forEach(System.err::println);
    System.exit(code);
    return new IllegalStateException("unreachable");
  }
}
