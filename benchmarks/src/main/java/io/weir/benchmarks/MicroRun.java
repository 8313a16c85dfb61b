package io.weir.benchmarks;

import io.weir.benchmarks.report.Results.Micro;
import io.weir.messaging.jetstream.HotPieces;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the hot pieces by themselves, in JMH. */
final class MicroRun {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private MicroRun() {}

  static List<Micro> run(boolean wanted, Bench.Say say) throws RunnerException {
    var all = new ArrayList<Micro>();
    if (!wanted) {
      return all;
    }
    say.line("hot pieces in JMH");
    Options options =
        new OptionsBuilder()
            .include(HotPieces.class.getName())
            .forks(2)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    for (RunResult result : new Runner(options).run()) {
      Result<?> time = result.getPrimaryResult();
      Result<?> bytes = result.getSecondaryResults().get(ALLOCATED);
      all.add(
          new Micro(
              time.getLabel(),
              time.getScore(),
              time.getScoreError(),
              bytes == null ? 0 : bytes.getScore()));
      say.line("        %-34s %,10.1f ns".formatted(time.getLabel(), time.getScore()));
    }
    return all;
  }
}
