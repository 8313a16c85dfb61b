package io.weir.faults.scenario;

import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.localstack.NatsServer;
import io.weir.testsupport.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The servers' disks are put back to an older copy under the running worker: the streams give
 * sequences a second time, and consumers are where they were.
 */
final class StreamRestored implements Scenario {
  private static final int MESSAGES = 300;

  @Override
  public String name() {
    return "streams restored from a backup, sequences go back";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    var _ = stage.workers().start(WorkerOptions.DEFAULT);
    publishAndAwait(stage);
    stopAll(stage);
    for (NatsServer server : stage.ground().servers()) {
      copy(disk(server), backup(server));
    }
    startAll(stage);
    for (int i = 0; i < size.of(1, 5); i++) {
      publishAndAwait(stage);
      stopAll(stage);
      for (NatsServer server : stage.ground().servers()) {
        delete(disk(server));
        copy(backup(server), disk(server));
      }
      stage.forgetStreams();
      startAll(stage);
      stage.healed();
      publishAndAwait(stage);
    }
    return "";
  }

  private static void publishAndAwait(Stage stage) throws Exception {
    stage.producer().publish(MESSAGES);
    Await.until(
        "the queue is empty", Duration.ofSeconds(60), () -> stage.observer().queue().isEmpty());
  }

  private static void stopAll(Stage stage) throws InterruptedException {
    for (NatsServer server : stage.ground().servers()) {
      server.stop();
    }
  }

  private static void startAll(Stage stage) throws InterruptedException {
    for (NatsServer server : stage.ground().servers()) {
      server.restart();
    }
    stage.ground().awaitHealthy(Duration.ofSeconds(60));
  }

  private static Path disk(NatsServer server) {
    return server.logFile().resolveSibling("jetstream");
  }

  private static Path backup(NatsServer server) {
    return server.logFile().resolveSibling("backup");
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      files.forEach(
          file -> {
            try {
              Files.copy(file, to.resolve(from.relativize(file)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
