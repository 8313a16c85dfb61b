package io.weir.faults.stage;

import io.weir.faults.ground.Java;
import io.weir.localstack.FreePorts;
import io.weir.localstack.ManagedProcess;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The worker processes of a stage. Its methods may be called by one thread at a time. */
public final class Workers implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration STOP_GRACE = Duration.ofSeconds(40);

  private final Java java;
  private final Class<?> main;
  private final Path folder;
  private final Map<String, String> common;
  private final List<ManagedProcess> processes = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();

  Workers(Java java, Class<?> main, Path folder, Map<String, String> common) {
    this.java = java;
    this.main = main;
    this.folder = folder;
    this.common = common;
  }

  /** Starts one; returns when it is ready. */
  public ManagedProcess start(WorkerOptions options) throws InterruptedException {
    int port = FreePorts.one();
    int number = processes.size() + 1;
    ManagedProcess worker = launch(options, port, number);
    Await.until(
        "worker %d is ready, or has halted (%s)".formatted(number, worker.logFile()),
        PATIENCE,
        () -> !worker.isAlive() || isReady(port));
    return worker;
  }

  /** Starts one and returns at once. */
  public ManagedProcess launch(WorkerOptions options) {
    return launch(options, FreePorts.one(), processes.size() + 1);
  }

  /** Asks it to end in order and waits until it has. */
  public static void stop(ManagedProcess worker) throws InterruptedException {
    if (!worker.stop(STOP_GRACE)) {
      throw new AssertionError("a worker did not drain within " + STOP_GRACE);
    }
  }

  @Override
  public void close() {
    processes.forEach(ManagedProcess::close);
    http.close();
  }

  private ManagedProcess launch(WorkerOptions options, int port, int number) {
    var environment = new LinkedHashMap<>(common);
    environment.put("HTTP_PORT", String.valueOf(port));
    environment.put("LOG_DIR", folder.resolve("worker-" + number).toString());
    environment.put("ATTEMPTS", folder.resolve("attempts/" + number).toString());
    environment.putAll(options.environment());
    ManagedProcess worker =
        java.start(main, environment, List.of(), folder.resolve("worker-" + number));
    processes.add(worker);
    return worker;
  }

  private boolean isReady(int port) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/ready"))
            .timeout(Duration.ofSeconds(2))
            .build();
    return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
  }
}
