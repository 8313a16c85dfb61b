package io.weir.faults.stage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.faults.ground.Ground;
import io.weir.faults.ground.StoreProcess;
import io.weir.faults.ground.Wires;
import io.weir.faults.oracle.Attempts;
import io.weir.faults.oracle.Count;
import io.weir.faults.oracle.Evidence;
import io.weir.faults.worker.Work;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Where one test is played: servers with the streams on them, a producer, workers and their store.
 * Its methods may be called by one thread at a time.
 */
public final class Stage implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(100);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Longer than a store on a busy machine is waited for by those who work. */
  private static final Duration LEAST_REST = Duration.ofSeconds(30);

  private final Ground ground;
  private final StoreProcess store;
  private final Path folder;
  private final Duration ackWait;
  private final Wires producerWires;
  private final Wires workerWires;
  private final Messaging messaging;
  private final Observer observer;
  private final Producer producer;
  private final Workers workers;
  private final Consumer<String> progress;
  private final List<Instant> healed = new ArrayList<>();
  private Duration stuckAfter;
  private final Set<String> settledBefore = new HashSet<>();
  private boolean resultsMayRepeat;

  Stage(StageParts parts) throws Exception {
    this.ground = parts.ground();
    this.store = parts.store();
    this.folder = parts.folder();
    this.ackWait = parts.ackWait();
    this.progress = parts.progress();
    Duration twice = ackWait.multipliedBy(2);
    this.stuckAfter = twice.compareTo(LEAST_REST) > 0 ? twice : LEAST_REST;
    Files.createDirectories(folder.resolve("attempts"));
    this.producerWires = new Wires(ground);
    this.workerWires = new Wires(ground);
    this.messaging =
        new Messaging(
            "producer",
            BrokerSettings.local(producerWires.url()).withReplicas(ground.replicas()),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    messaging.streams(Work.WORK_STREAM, Work.RESULT_STREAM).start();
    this.observer = new Observer(ground.url());
    this.producer = new Producer(messaging.publisher());
    this.workers = new Workers(parts.java(), parts.worker(), folder, common());
  }

  public Ground ground() {
    return ground;
  }

  public StoreProcess store() {
    return store;
  }

  public Producer producer() {
    return producer;
  }

  public Workers workers() {
    return workers;
  }

  public Observer observer() {
    return observer;
  }

  /** The producer's way to the servers. */
  public Wires producerWires() {
    return producerWires;
  }

  /** The workers' way to the servers, for those that are told to go {@code via} it. */
  public Wires workerWires() {
    return workerWires;
  }

  public Path folder() {
    return folder;
  }

  public Duration ackWait() {
    return ackWait;
  }

  /** Results may be stored twice: the test publishes them again outside of the window. */
  public void allowRepeatedResults() {
    resultsMayRepeat = true;
  }

  /**
   * The streams go back to an older state, by the will of the test: what is done by now is done,
   * and is not looked for in the streams any more.
   */
  public void forgetStreams() throws InterruptedException {
    settledBefore.addAll(store.effects());
  }

  /**
   * Nothing is stuck before so long; twice the ack-wait, and 30 s at least, unless told otherwise.
   */
  public void stuckAfter(Duration wait) {
    stuckAfter = wait;
  }

  /** A fault has ended just now: from here on the time to the next attempt is measured. */
  public void healed() {
    healed.add(Instant.now());
  }

  /** Lets so much time pass, in which faults last or load runs. */
  public void pass(Duration time) throws InterruptedException {
    long until = System.nanoTime() + time.toNanos();
    for (long left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  /** Tells whoever watches what happens now. */
  public void say(String what) {
    progress.accept(what);
  }

  /** Ends the load, waits until everything has come to rest, and counts. */
  public Finding settle() throws Exception {
    // Nothing can be stuck while a cluster elects, which a busy machine draws out.
    ground.awaitHealthy(PATIENCE);
    ground.awaitLeaders();
    producer.stop();
    long left = rest();
    Attempts attempts = Attempts.in(folder.resolve("attempts"));
    var acknowledged = new HashSet<String>(producer.acknowledged());
    acknowledged.removeAll(settledBefore);
    Count count =
        Count.of(
            new Evidence(acknowledged, effects(attempts), observer.results(), letters(), left),
            resultsMayRepeat);
    List<Duration> recoveries =
        healed.stream().map(attempts::nextAfter).flatMap(Optional::stream).toList();
    return new Finding(
        count,
        attempts.redeliveries(),
        attempts.mostAtOnce(),
        healed.size(),
        recoveries.stream().max(Duration::compareTo));
  }

  @Override
  public void close() {
    producer.giveUp();
    workers.close();
    messaging.close();
    observer.close();
    producerWires.close();
    workerWires.close();
  }

  /** Waits for an empty queue; returns what is left once nothing has changed for too long. */
  private long rest() throws InterruptedException {
    Optional<Queue> last = Optional.empty();
    long changed = System.nanoTime();
    long seen = changed;
    while (System.nanoTime() - changed < stuckAfter.toNanos()) {
      Optional<Queue> now = look();
      if (now.isPresent() && now.get().isEmpty()) {
        return 0;
      }
      if (now.isPresent()) {
        seen = System.nanoTime();
      } else if (System.nanoTime() - seen > PATIENCE.toNanos()) {
        throw new AssertionError("the work queue could not be looked at for " + PATIENCE);
      }
      // What nobody can see may change.
      if (now.isEmpty() || !now.equals(last)) {
        changed = System.nanoTime();
        last = now;
      }
      pass(LOOK);
    }
    return last.map(Queue::left).orElseThrow();
  }

  private Optional<Queue> look() {
    try {
      return Optional.of(observer.queue());
    } catch (Exception e) {
      return Optional.empty();
    }
  }

  /** What the store holds is what counts; the workers' notes tell what it took twice. */
  private Map<String, Integer> effects(Attempts attempts) throws InterruptedException {
    var effects = new HashMap<String, Integer>();
    for (String id : store.effects()) {
      effects.put(id, Math.max(1, attempts.effects().getOrDefault(id, 1)));
    }
    return effects;
  }

  private Map<String, Integer> letters() {
    var letters = new HashMap<String, Integer>();
    messaging
        .deadLetters()
        .browse(
            DeadLetterFilter.ALL,
            letter -> {
              letters.merge(letter.header("Nats-Msg-Id").orElse("?"), 1, Integer::sum);
              return true;
            });
    return letters;
  }

  private Map<String, String> common() {
    return Map.of(
        "NATS_URL", ground.url(),
        "NATS_REPLICAS", String.valueOf(ground.replicas()),
        "MONGODB_URI", store.uri(),
        "MONGODB_DATABASE", StoreProcess.DATABASE,
        "ACK_WAIT", ackWait.toMillis() + "ms");
  }
}
