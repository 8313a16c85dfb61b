package io.weir.cli.deadletter;

import io.weir.cli.broker.NatsAccess;
import io.weir.cli.screen.Terminal;
import io.weir.messaging.deadletter.BulkOrder;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.jetstream.DeadLetters;
import io.weir.messaging.jetstream.OperatorConnection;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir dlq discard}. */
@Command(
    name = "discard",
    description = "Removes dead letters for good. Asks first; the audit keeps that it was done.",
    footer = {
      "",
      "Examples:",
      "  weir dlq discard 42",
      "  weir dlq discard --class invalid --until 7d --all --dry-run",
      "  weir dlq discard --class invalid --until 7d --all --yes"
    },
    mixinStandardHelpOptions = true)
final class DlqDiscard implements Callable<Integer> {
  private final NatsAccess nats;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BulkOptions options = new BulkOptions();

  @Option(names = "--yes", description = "Does not ask.")
  private boolean yes;

  @Option(names = "--json", description = "Tells the results as JSON, for programs.")
  private boolean json;

  DlqDiscard(NatsAccess nats) {
    this.nats = nats;
  }

  @Override
  public Integer call() throws InterruptedException {
    options.check(spec);
    String by = NatsAccess.operator();
    if (!yes && !options.isDryRun() && !Terminal.isThere()) {
      throw new ParameterException(
          spec.commandLine(), "There is no terminal to ask on: --yes discards without asking.");
    }
    var actions = new LetterActions(spec, json, "discarded", "discard");
    try (OperatorConnection operator = nats.open()) {
      DeadLetters letters = operator.deadLetters();
      if (!options.ids().isEmpty() && !options.isDryRun()) {
        return confirmed("%d dead letters".formatted(options.ids().size()))
            ? actions.each(options.ids(), id -> letters.discard(id, by))
            : 1;
      }
      return many(letters, actions, by);
    }
  }

  private int many(DeadLetters letters, LetterActions actions, String by)
      throws InterruptedException {
    boolean terminal = Terminal.isThere();
    if (options.resumes()) {
      var run = options.stopped(letters.bulk(), BulkOrder.Action.DISCARD);
      if (run.isEmpty()) {
        spec.commandLine().getErr().println("weir: there is no such run to go on with");
        return 1;
      }
      return actions.run(letters.bulk(), run.get(), false, terminal);
    }
    DeadLetterFilter filter = options.filter(spec, Clock.systemUTC().instant());
    long count = options.count(letters, filter);
    if (options.isDryRun()) {
      spec.commandLine().getOut().println("%d would be discarded: %s".formatted(count, filter));
      return 0;
    }
    if (!confirmed("%d dead letters (%s)".formatted(count, filter))) {
      return 1;
    }
    BulkOrder order = options.order(BulkOrder.Action.DISCARD, filter, by);
    return actions.run(letters.bulk(), letters.bulk().begin(order), false, terminal);
  }

  private boolean confirmed(String what) {
    return yes || Terminal.confirms("Discard %s for good?".formatted(what));
  }
}
