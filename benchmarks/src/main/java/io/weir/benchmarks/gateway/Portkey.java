package io.weir.benchmarks.gateway;

import io.weir.localstack.FreePorts;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import io.weir.testsupport.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The gateway of the npm package {@code @portkey-ai/gateway}, as its page says to start it. */
final class Portkey implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PROGRAM = "node_modules/@portkey-ai/gateway/build/start-server.js";

  private final ManagedProcess process;
  private final int port;

  private Portkey(ManagedProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts it.
   *
   * @param installed where {@code npm ci} put it
   */
  static Portkey start(Path installed, Path folder, Undertaker undertaker)
      throws InterruptedException {
    Path program = installed.resolve(PROGRAM);
    if (!Files.exists(program)) {
      throw new IllegalStateException(
          "no " + program + ": ./weir bench --gateway installs it (npm ci in benchmarks/peers)");
    }
    int port = FreePorts.one();
    var process =
        ManagedProcess.start(
            new Launch(
                "portkey",
                List.of("node", program.toString(), "--port=" + port, "--headless"),
                Map.of("PATH", System.getenv("PATH"), "NODE_ENV", "production"),
                folder,
                folder.resolve("portkey.log")),
            undertaker);
    Await.until("portkey listens", PATIENCE, () -> Nginx.listens(port));
    return new Portkey(process, port);
  }

  int port() {
    return port;
  }

  /** What tells it where the model is. */
  static Map<String, String> headers(String baseUrl) {
    return Map.of(
        "x-portkey-provider", "openai",
        "x-portkey-custom-host", baseUrl,
        "Authorization", "Bearer sk-nobody");
  }

  @Override
  public void close() {
    process.close();
  }
}
