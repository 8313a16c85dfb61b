package io.weir.cli.deadletter;

import io.weir.messaging.deadletter.BulkOrder;
import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.jetstream.BulkRuns;
import io.weir.messaging.jetstream.DeadLetters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

/** Which letters an action is for: some by id, a filter's, or what a stopped run has left. */
final class BulkOptions {
  /** What {@code --resume} without a name stands for. */
  private static final String OLDEST = "oldest";

  @Parameters(paramLabel = "ID", arity = "0..*", description = "Letters, as list shows them.")
  private List<Long> ids = List.of();

  @Mixin private FilterOptions filter = new FilterOptions();

  @Option(names = "--all", description = "All letters that the filter means.")
  private boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "The oldest N letters that the filter means.")
  private @Nullable Long limit;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Most letters a second [as fast as it goes].")
  private double rate;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      arity = "0..1",
      fallbackValue = OLDEST,
      description = "Goes on with a run that was stopped or killed; without a name, the oldest.")
  private @Nullable String resume;

  @Option(names = "--dry-run", description = "Only tells how many letters are meant.")
  private boolean dryRun;

  List<Long> ids() {
    return ids;
  }

  boolean isDryRun() {
    return dryRun;
  }

  boolean resumes() {
    return resume != null;
  }

  /** Refuses what can't be meant. */
  void check(CommandSpec spec) {
    int ways = (ids.isEmpty() ? 0 : 1) + (all || limit != null ? 1 : 0) + (resumes() ? 1 : 0);
    if (ways != 1) {
      throw new ParameterException(
          spec.commandLine(),
          "Say which: ids, or a filter with --all or --limit N, or --resume; one of them.");
    }
    if (limit != null && limit < 1) {
      throw new ParameterException(spec.commandLine(), "--limit wants at least 1, got " + limit);
    }
    if (!(rate >= 0)) {
      throw new ParameterException(spec.commandLine(), "--rate wants at least 0, got " + rate);
    }
  }

  DeadLetterFilter filter(CommandSpec spec, Instant now) {
    return filter.filter(spec, now);
  }

  /** How many letters are meant now. */
  long count(DeadLetters letters, DeadLetterFilter meant) {
    long most = limit == null ? Long.MAX_VALUE : limit;
    var count = new long[1];
    letters.browse(meant, head -> ++count[0] < most);
    return count[0];
  }

  BulkOrder order(BulkOrder.Action action, DeadLetterFilter meant, String by) {
    return new BulkOrder(action, meant, limit == null ? Long.MAX_VALUE : limit, rate, by);
  }

  /** The run to go on with; empty when there is none. */
  Optional<BulkState> stopped(BulkRuns bulk, BulkOrder.Action action) {
    if (!OLDEST.equals(resume)) {
      return bulk.find(String.valueOf(resume)).filter(run -> run.order().action() == action);
    }
    return bulk.unfinished().stream().filter(run -> run.order().action() == action).findFirst();
  }
}
