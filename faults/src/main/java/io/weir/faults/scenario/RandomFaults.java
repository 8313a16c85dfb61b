package io.weir.faults.scenario;

import io.weir.faults.oracle.Kind;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.faults.stage.Workers;
import io.weir.faults.worker.Work;
import io.weir.localstack.ManagedProcess;
import io.weir.localstack.NatsServer;
import io.weir.testsupport.TcpProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A schedule of faults drawn from a seed, under load, with some poison in it. */
public final class RandomFaults implements Scenario {
  private static final int RATE = 500;

  /** What is published in some seconds. */
  private static final Map<String, Long> ROOM =
      Map.of(Work.STREAM, 2_000L, Work.RESULTS, 1_000L, "DEAD_LETTERS", 20L);

  private static final Duration HEALTHY = Duration.ofSeconds(90);
  private static final Duration SLOW = Duration.ofMillis(20);

  private final long seed;
  private final Duration length;

  /** The same seed and length break the same things in the same order. */
  public RandomFaults(long seed, Duration length) {
    this.seed = seed;
    this.length = length;
  }

  @Override
  public String name() {
    return "random faults at 500 messages a second";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    stage.stuckAfter(FullStreams.REFUSED_WAITS);
    WorkerOptions options = WorkerOptions.DEFAULT.concurrency(50).via(stage.workerWires().url());
    var workers = new ArrayList<ManagedProcess>();
    workers.add(stage.workers().start(options));
    workers.add(stage.workers().start(options));
    stage.producer().mixed(RandomFaults::kind).start(RATE);
    Schedule schedule = Schedule.of(seed, length);
    stage.say("seed %d, %d faults".formatted(seed, schedule.events().size()));
    for (Schedule.Event event : schedule.events()) {
      stage.pass(event.after());
      stage.say(event.toString());
      play(stage, event, workers, options);
      stage.ground().awaitHealthy(HEALTHY);
    }
    stage.pass(Duration.ofSeconds(2));
    return "seed %d, %d faults, %d publishes sent again"
        .formatted(seed, schedule.events().size(), stage.producer().failures());
  }

  private static Kind kind(long n) {
    if (n % 100 != 0) {
      return Kind.GOOD;
    }
    return n % 300 == 0 ? Kind.RUBBISH : n % 200 == 0 ? Kind.FAILING : Kind.DEAD;
  }

  private static void play(
      Stage stage, Schedule.Event event, List<ManagedProcess> workers, WorkerOptions options)
      throws Exception {
    List<NatsServer> servers = stage.ground().servers();
    NatsServer server = servers.get(event.which() % servers.size());
    int slot = event.which() % workers.size();
    ManagedProcess worker = workers.get(slot);
    switch (event.fault()) {
      case KILL_SERVER -> {
        server.kill();
        stage.pass(event.lasting());
        server.restart();
        stage.healed();
      }
      case STOP_SERVER -> {
        server.suspend();
        stage.pass(event.lasting());
        server.resume();
        stage.healed();
      }
      case RESTART_SERVER -> {
        server.stop();
        stage.pass(event.lasting());
        server.restart();
        stage.healed();
      }
      case CUT_TO_SERVER -> onTheWires(stage, event, TcpProxy::dropToServer);
      case CUT_TO_CLIENT -> onTheWires(stage, event, TcpProxy::dropToClient);
      case STALL -> onTheWires(stage, event, TcpProxy::stallToServer);
      case REFUSE ->
          onTheWires(
              stage,
              event,
              proxy -> {
                proxy.refuseNew();
                proxy.cutAll();
              });
      case SLOW -> onTheWires(stage, event, proxy -> proxy.delay(SLOW));
      case FILL_QUOTA -> {
        try (var _ =
            stage.producer().undisturbed(() -> FullStreams.leaving(stage.observer(), ROOM))) {
          stage.pass(event.lasting());
        }
      }
      case KILL_WORKER -> {
        worker.kill();
        stage.pass(event.lasting());
        workers.set(slot, stage.workers().launch(options));
      }
      case STOP_WORKER -> {
        worker.suspend();
        stage.pass(event.lasting());
        worker.resume();
      }
      case REPLACE_WORKER -> {
        Workers.stop(worker);
        workers.set(slot, stage.workers().launch(options));
      }
      case KILL_STORE -> {
        stage.store().kill();
        stage.pass(event.lasting());
        stage.store().restart();
      }
    }
  }

  private static void onTheWires(Stage stage, Schedule.Event event, Consumer<TcpProxy> fault)
      throws InterruptedException {
    stage.workerWires().each(fault);
    // Often only one of the two is hit.
    if (event.which() % 2 == 0) {
      stage.producerWires().each(fault);
    }
    stage.pass(event.lasting());
    stage.workerWires().heal();
    stage.producerWires().heal();
    stage.healed();
  }
}
