package io.weir.localstack;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A service of the platform as a process of its own, which can be killed, suspended and started
 * again on the same port. Its methods may be called by one thread at a time.
 */
public final class ServiceProcess implements AutoCloseable {

  /** Longer than a service's own drain time, so that SIGKILL only ever meets one that hangs. */
  private static final Duration STOP_GRACE = Duration.ofSeconds(35);

  private final ServiceLaunch launch;
  private final JavaApp app;
  private final Undertaker undertaker;
  private final Probe probe = new Probe();
  private ManagedProcess process;

  private ServiceProcess(ServiceLaunch launch, JavaApp app, Undertaker undertaker) {
    this.launch = launch;
    this.app = app;
    this.undertaker = undertaker;
    this.process = spawn();
  }

  /**
   * Starts the service and returns at once; throws {@link StackException} when it was not built.
   */
  public static ServiceProcess launch(ServiceLaunch launch) {
    JavaApp app = JavaApp.find(launch.root(), launch.module());
    return new ServiceProcess(launch, app, launch.undertaker().orElseGet(Undertaker::start));
  }

  /** Starts the service and waits until it is ready; see {@link #awaitReady}. */
  public static ServiceProcess start(ServiceLaunch launch, Duration readyWithin)
      throws InterruptedException {
    ServiceProcess service = launch(launch);
    try {
      service.awaitReady(readyWithin);
      return service;
    } catch (StackException | InterruptedException e) {
      service.close();
      throw e;
    }
  }

  /**
   * Waits for {@code /health/ready} = 200; throws {@link StackException} with the last log lines
   * when that does not come.
   */
  public void awaitReady(Duration within) throws InterruptedException {
    ManagedProcess service = process;
    boolean ready = Polling.until(within, () -> !service.isAlive() || isReady());
    if (!service.isAlive()) {
      throw service.failure("ended while it was starting");
    }
    if (!ready) {
      throw service.failure(
          "is not ready after "
              + within.toSeconds()
              + " s ("
              + url().resolve("/health/ready")
              + ")");
    }
  }

  /** Whether {@code /health/ready} answers 200 now. */
  public boolean isReady() {
    return probe.isOk(url().resolve("/health/ready"));
  }

  public String module() {
    return launch.module();
  }

  /** {@code http://127.0.0.1:<port>}. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + launch.port());
  }

  public int port() {
    return launch.port();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** The process that runs now; another one after {@link #restart}. */
  public ManagedProcess process() {
    return process;
  }

  /** SIGTERM, and waits until it has drained; returns whether it ended by itself within 35 s. */
  public boolean stop() throws InterruptedException {
    return process.stop(STOP_GRACE);
  }

  /** SIGKILL, and waits for the end. */
  public void kill() throws InterruptedException {
    process.kill();
  }

  /** SIGSTOP. */
  public void suspend() throws InterruptedException {
    process.suspend();
  }

  /** SIGCONT. */
  public void resume() {
    process.resume();
  }

  /** Starts again on the same port, after a stop if it still runs; returns when it is ready. */
  public void restart(Duration readyWithin) throws InterruptedException {
    if (process.isAlive()) {
      stop();
    }
    process = spawn();
    awaitReady(readyWithin);
  }

  @Override
  public void close() {
    process.close();
    if (launch.undertaker().isEmpty()) {
      undertaker.close();
    }
  }

  private ManagedProcess spawn() {
    Path logs = launch.directory().resolve("logs");
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("HTTP_HOST", "127.0.0.1");
    environment.put("HTTP_PORT", Integer.toString(launch.port()));
    environment.put("LOG_DIR", logs.toString());
    environment.putAll(launch.environment());
    return ManagedProcess.start(
        new Launch(
            launch.module(),
            app.command(launch.heapMebibytes(), List.of()),
            HostEnvironment.current().cleanWith(environment),
            launch.directory(),
            logs.resolve(launch.module() + ".out")),
        undertaker);
  }
}
