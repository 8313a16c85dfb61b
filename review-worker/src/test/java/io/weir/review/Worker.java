package io.weir.review;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.localstack.FreePorts;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.Launch;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.Undertaker;
import io.weir.platform.http.Json;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The review worker as a process of its own, and its HTTP interface. */
final class Worker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = FreePorts.one();
  private final Path folder;
  private final ManagedProcess process;

  Worker(Path folder, Undertaker undertaker, Map<String, String> settings)
      throws InterruptedException {
    this.folder = folder;
    var environment = new HashMap<>(HostEnvironment.current().cleanWith(settings));
    environment.put("HTTP_PORT", String.valueOf(port));
    environment.put("LOG_DIR", folder.resolve("logs").toString());
    environment.put("LOG_LEVEL", "DEBUG");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            ReviewService.class.getName());
    process =
        ManagedProcess.start(
            new Launch("review-worker", command, environment, folder, folder.resolve("worker.out")),
            undertaker);
    try {
      Await.until("readiness", PATIENCE, () -> get("/health/ready").statusCode() == 200);
    } catch (AssertionError e) {
      throw new AssertionError(String.join("\n", process.lastLogLines(30)), e);
    }
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> enqueue(String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(uri("/jobs/enqueue"))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(uri(path)).POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  URI uri(String scheme, String path) {
    return URI.create("%s://127.0.0.1:%d%s".formatted(scheme, port, path));
  }

  /** Enqueues a Python file for review and gives the job's id. */
  String review(String content) throws IOException, InterruptedException {
    return review("u1", content);
  }

  /** The same for another user. */
  String review(String user, String content) throws IOException, InterruptedException {
    HttpResponse<String> response = enqueue(body(user, content));
    if (response.statusCode() != 202) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return Json.mapper().readTree(response.body()).path("job_id").asText();
  }

  /** A request for the review of a Python file. */
  static String body(String user, String content) {
    return Json.mapper()
        .createObjectNode()
        .put("user_id", user)
        .put("job_type", "review")
        .put("file_path", "shop/average.py")
        .put("file_content", content)
        .toString();
  }

  JsonNode job(String id) throws IOException, InterruptedException {
    return Json.mapper().readTree(get("/jobs/" + id).body());
  }

  /** The newest jobs of a user. */
  JsonNode jobs(String user) throws IOException, InterruptedException {
    return Json.mapper().readTree(get("/jobs/user/" + user).body()).path("jobs");
  }

  JsonNode finished(String id, String status) throws InterruptedException {
    return Await.value(
        "job " + id + " " + status,
        PATIENCE,
        () -> {
          JsonNode job = job(id);
          return job.path("status").asText().equals(status) ? job : null;
        });
  }

  /** Everything it has written to its log. */
  String log() throws IOException {
    return java.nio.file.Files.readString(folder.resolve("logs/review-worker.log"));
  }

  void kill() throws InterruptedException {
    process.kill();
  }

  /** SIGTERM; the exit code. */
  int stop() throws InterruptedException {
    process.stop(Duration.ofSeconds(30));
    return process.exitCode().orElse(-1);
  }

  @Override
  public void close() {
    process.close();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
