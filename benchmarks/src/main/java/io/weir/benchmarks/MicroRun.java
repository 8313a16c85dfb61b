package io.weir.benchmarks;

import io.weir.benchmarks.report.Results.Micro;
import java.util.List;

/** Runs the hot pieces by themselves, in JMH. */
final class MicroRun {
  private MicroRun() {}

  static List<Micro> run(boolean wanted, Bench.Say say) {
    return List.of();
  }
}
