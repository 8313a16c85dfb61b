package io.weir.faults;

import io.weir.faults.ground.Ground;
import io.weir.faults.ground.Java;
import io.weir.faults.ground.OneServer;
import io.weir.faults.ground.StoreProcess;
import io.weir.faults.ground.ThreeServers;
import io.weir.faults.scenario.Scenario;
import io.weir.faults.scenario.Size;
import io.weir.faults.stage.Finding;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.StageParts;
import io.weir.localstack.Undertaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Plays tests, each on servers and with a store of its own. Several threads may play at the same
 * time.
 */
public final class Suite implements AutoCloseable {
  /** On which servers a test is played. */
  public enum Servers {
    ONE,
    THREE
  }

  private final Path folder;
  private final Size size;
  private final Undertaker undertaker;
  private final Java java;
  private final Class<?> worker;
  private final Consumer<String> progress;
  private final AtomicInteger played = new AtomicInteger();

  /**
   * @param folder where everything that is written goes
   * @param worker main class of the worker processes
   * @param progress told what happens, by whichever thread plays
   */
  public Suite(Path folder, Size size, Class<?> worker, Consumer<String> progress)
      throws IOException {
    this.worker = worker;
    this.progress = progress;
    this.folder = Files.createDirectories(folder);
    this.size = size;
    this.undertaker = Undertaker.start();
    this.java = new Java(folder, undertaker);
  }

  /** Plays one test to its end. */
  public Row play(String number, Scenario scenario, Servers servers) throws Exception {
    long begun = System.nanoTime();
    String name = "%02d-test-%s-%s".formatted(played.incrementAndGet(), number, servers);
    Path here = folder.resolve(name);
    try (StoreProcess store = new StoreProcess(java, here.resolve("store"));
        Ground ground = ground(servers, here);
        Stage stage =
            new StageParts(ground, store, java, worker, here, scenario.ackWait(), progress)
                .open()) {
      String remark = scenario.play(stage, size);
      Finding finding = stage.settle();
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      return new Row(
          number, scenario.name(), ground.name(), ground.version(), finding, remark, took);
    }
  }

  @Override
  public void close() {
    undertaker.close();
  }

  private Ground ground(Servers servers, Path here) throws InterruptedException {
    return switch (servers) {
      case ONE -> new OneServer(here.resolve("nats"), undertaker);
      case THREE -> new ThreeServers(here.resolve("nats"));
    };
  }
}
