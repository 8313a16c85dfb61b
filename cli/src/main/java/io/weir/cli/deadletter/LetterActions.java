package io.weir.cli.deadletter;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.deadletter.BulkState;
import io.weir.messaging.deadletter.LetterOutcome;
import io.weir.messaging.jetstream.BulkRuns;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.LongFunction;
import picocli.CommandLine.Model.CommandSpec;

/** What replay and discard have in common: doing it, and telling what became of each letter. */
final class LetterActions {
  private final PrintWriter out;
  private final PrintWriter err;
  private final boolean json;
  private final String done;
  private final String command;

  /**
   * @param done how the table calls a success: {@code replayed}, {@code discarded}
   * @param command {@code replay} or {@code discard}
   */
  LetterActions(CommandSpec spec, boolean json, String done, String command) {
    this.out = spec.commandLine().getOut();
    this.err = spec.commandLine().getErr();
    this.json = json;
    this.done = done;
    this.command = command;
  }

  /** Acts on each of these; the exit code. */
  int each(List<Long> ids, LongFunction<LetterOutcome> action) {
    ArrayNode outcomes = LetterJson.MAPPER.createArrayNode();
    boolean all = true;
    for (long id : ids) {
      LetterOutcome outcome = action.apply(id);
      all &= outcome instanceof LetterOutcome.Done;
      if (json) {
        outcomes.add(LetterJson.of(outcome, done));
      } else {
        (outcome instanceof LetterOutcome.Done ? out : err).println(line(outcome));
      }
    }
    if (json) {
      out.println(LetterJson.pretty(outcomes));
    }
    out.flush();
    return all ? 0 : 1;
  }

  /** Goes on with a run until it is done or stopped; the exit code. */
  int run(BulkRuns bulk, BulkState state, boolean again, boolean terminal)
      throws InterruptedException {
    var progress = new BulkProgress(err, terminal);
    progress.stopOnSignals();
    try {
      BulkState reached = bulk.resume(state, again, progress);
      progress.clear();
      tell(reached, progress.stayed());
      if (bulk.find(state.id()).isPresent()) {
        err.println("stopped; go on with: " + resume(state));
        return 1;
      }
      return reached.failed() + reached.uncertain() == 0 ? 0 : 1;
    } catch (DependencyUnavailableException e) {
      progress.clear();
      err.println("weir: " + e.getMessage());
      err.println("nothing is lost; go on with: " + resume(state));
      return 1;
    } finally {
      err.flush();
      progress.ended();
    }
  }

  private String resume(BulkState state) {
    return "weir dlq %s --resume %s".formatted(command, state.id());
  }

  private void tell(BulkState state, List<LetterOutcome> stayed) {
    if (json) {
      ObjectNode node = LetterJson.of(state);
      ArrayNode array = node.putArray("stayed");
      stayed.forEach(outcome -> array.add(LetterJson.of(outcome, done)));
      out.println(LetterJson.pretty(node));
    } else {
      stayed.forEach(outcome -> err.println(line(outcome)));
      out.println(
          "%d of %d %s, %d failed, %d uncertain (run %s)"
              .formatted(
                  state.done(),
                  state.total(),
                  done,
                  state.failed(),
                  state.uncertain(),
                  state.id()));
    }
    out.flush();
  }

  private String line(LetterOutcome outcome) {
    return switch (outcome) {
      case LetterOutcome.Done(var id, var sequence, var before) ->
          sequence == 0
              ? "letter %d %s".formatted(id, done)
              : "letter %d %s, its message is sequence %d%s"
                  .formatted(id, done, sequence, before ? " (stored by an earlier attempt)" : "");
      case LetterOutcome.Missing(var id) -> "letter %d: there is none".formatted(id);
      case LetterOutcome.Failed(var id, var reason) -> "letter %d stays: %s".formatted(id, reason);
      case LetterOutcome.Uncertain(var id, var reason) ->
          "letter %d stays, uncertain: %s; --again sends it all the same".formatted(id, reason);
    };
  }
}
