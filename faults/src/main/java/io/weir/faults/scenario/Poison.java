package io.weir.faults.scenario;

import io.weir.faults.oracle.Kind;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import io.weir.localstack.ManagedProcess;
import io.weir.testsupport.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * Every twentieth message is poisonous. The rate of the good ones is measured beside that of as
 * many messages without poison, in turn: the queue is filled while the worker stands still, and
 * what it takes to empty it is timed.
 */
final class Poison implements Scenario {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Override
  public String name() {
    return "5 % poison";
  }

  @Override
  public String play(Stage stage, Size size) throws Exception {
    // Three failures wait some seconds in all.
    stage.stuckAfter(Duration.ofSeconds(20));
    ManagedProcess worker = stage.workers().start(WorkerOptions.DEFAULT.concurrency(20));
    int messages = size.of(1_000, 10_000);
    var ratios = new ArrayList<Double>();
    double unused = seconds(stage, worker, messages, Poison::clean);
    for (int round = 0; round < size.of(2, 7); round++) {
      double clean = seconds(stage, worker, messages, Poison::clean);
      double poisoned = seconds(stage, worker, messages, Poison::poisoned);
      // Of as many messages a twentieth are not good ones.
      ratios.add(clean / poisoned);
    }
    stage.producer().mixed(n -> n % 20 == 0 ? Kind.FAILING : Kind.GOOD).publish(200);
    return String.format(
        Locale.ROOT,
        "good ones at %.0f %% of their rate without poison (median of %d; first warm-up %.1f s)",
        100 * median(ratios),
        ratios.size(),
        unused);
  }

  private static Kind clean(long n) {
    return Kind.GOOD;
  }

  private static Kind poisoned(long n) {
    return n % 20 != 0 ? Kind.GOOD : n % 40 == 0 ? Kind.RUBBISH : Kind.DEAD;
  }

  private static double seconds(
      Stage stage, ManagedProcess worker, int messages, LongFunction<Kind> mix) throws Exception {
    worker.suspend();
    stage.producer().mixed(mix).publish(messages);
    worker.resume();
    long begun = System.nanoTime();
    Await.until("the queue is empty", PATIENCE, () -> stage.observer().queue().isEmpty());
    return (System.nanoTime() - begun) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
