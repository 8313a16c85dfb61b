package io.weir.localstack;

import java.net.URI;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * The whole platform as child processes of this one: nats-server, the MongoDB-wire server and one
 * process a service. They die with this process however it dies; a part that dies alone is started
 * again. Safe for use by several threads.
 */
public final class LocalStack implements AutoCloseable {

  private final StackConfig config;
  private final RunFile runFile;
  private final Undertaker undertaker = Undertaker.start();
  private final StackParts parts;
  private final Thread exitHook = new Thread(this::close, "weir-stop");
  private final AtomicBoolean closed = new AtomicBoolean();

  private LocalStack(StackConfig config, Consumer<PartState> listener, RunFile runFile) {
    this.config = config;
    this.runFile = runFile;
    this.parts = new StackParts(config, listener, undertaker);
  }

  /**
   * Starts everything and returns when all services are ready. The listener hears of each change of
   * a part, from several threads. Ctrl-C or SIGTERM drains the stack, also while it starts. Throws
   * {@link StackException} when something cannot be started, after having stopped what was; when
   * another stack runs in this home; and when a service's port is taken.
   */
  public static LocalStack start(StackConfig config, Consumer<PartState> listener)
      throws InterruptedException {
    LocalStack stack = new LocalStack(config, listener, RunFile.claim(config.home()));
    Runtime.getRuntime().addShutdownHook(stack.exitHook);
    try {
      stack.startAll();
      return stack;
    } catch (RuntimeException | InterruptedException e) {
      stack.close();
      throw e;
    }
  }

  /** The stack that runs in this home, whoever started it; empty when none does. */
  public static Optional<RunningStack> running(Path home) {
    return RunFile.running(home.toAbsolutePath().normalize());
  }

  /** As {@code run.json} tells it. */
  public RunningStack describe() {
    Map<String, String> urls = new LinkedHashMap<>();
    parts
        .processes()
        .forEach((service, process) -> urls.put(service.module(), process.url().toString()));
    ProcessHandle self = ProcessHandle.current();
    return new RunningStack(
        self.pid(),
        self.info().startInstant().orElseThrow(),
        config.home(),
        parts.natsUrl(),
        parts.mongodbUri(),
        urls,
        notes());
  }

  public String natsUrl() {
    return parts.natsUrl();
  }

  public String mongodbUri() {
    return parts.mongodbUri();
  }

  /**
   * {@code http://127.0.0.1:<port>} of a service; throws {@link IllegalArgumentException} when this
   * stack does not have it.
   */
  public URI url(StackService service) {
    return process(service).url();
  }

  /**
   * The process of a service, for tests that kill or suspend it; the stack starts a killed one
   * again.
   */
  public ServiceProcess process(StackService service) {
    ServiceProcess process = parts.processes().get(service);
    if (process == null) {
      throw new IllegalArgumentException("this stack was started without " + service.module());
    }
    return process;
  }

  /** What people should be told about the start, such as a port that was taken. */
  public List<String> notes() {
    return parts.notes();
  }

  /** All parts in the order of their start, each running one asked whether it is ready now. */
  public List<PartState> states() {
    return parts.states();
  }

  /** Drains: the services together (up to 35 s), then MongoDB, then NATS. Idempotent. */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    try {
      parts.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      // Ends what is still there: a part whose start was under way, or all when we were
      // interrupted.
      undertaker.close();
      runFile.close();
      removeExitHook();
    }
  }

  private void removeExitHook() {
    try {
      Runtime.getRuntime().removeShutdownHook(exitHook);
    } catch (IllegalStateException e) {
      // The JVM is exiting, and this runs in that hook.
    }
  }

  private void startAll() throws InterruptedException {
    List<StackService> wanted =
        config.services().stream().sorted(Comparator.naturalOrder()).toList();
    for (StackService service : wanted) {
      JavaApp.find(config.root(), service.module());
      int port = config.ports().of(service);
      if (!FreePorts.isFree(port)) {
        throw new StackException(
            """
            Port %d, which %s needs, is taken. Stop the program that listens there \
            (ss -ltnp 'sport = :%d' shows it), or start on free ports with WEIR_PORTS=free"""
                .formatted(port, service.module(), port));
      }
    }
    parts.startServers();
    for (StackService service : wanted) {
      if (closed.get()) {
        throw new StackException("Stopped while it was starting");
      }
      parts.startService(service);
    }
    parts.awaitServices();
    runFile.write(describe());
    parts.supervise();
  }
}
