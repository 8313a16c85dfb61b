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
import picocli.CommandLine.Spec;

/** {@code weir dlq replay}. */
@Command(
    name = "replay",
    description =
        "Sends dead letters to the consumer that failed on them; each is removed once its message is stored.",
    footer = {
      "",
      "Stopped or killed anywhere, --resume goes on: nothing is lost and nothing is sent twice. Letters that come while",
      "it runs, and those that fail again, are not part of it.",
      "",
      "Examples:",
      "  weir dlq replay 42 43",
      "  weir dlq replay --class exhausted --since 2h --all --dry-run",
      "  weir dlq replay --class exhausted --since 2h --all --rate 10",
      "  weir dlq replay --stream REVIEW_JOBS --limit 5",
      "  weir dlq replay --resume"
    },
    mixinStandardHelpOptions = true)
final class DlqReplay implements Callable<Integer> {
  private final NatsAccess nats;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private BulkOptions options = new BulkOptions();

  @Option(
      names = "--again",
      description =
          "Sends also letters whose earlier replay was broken off and can't be told from none.")
  private boolean again;

  @Option(names = "--json", description = "Tells the results as JSON, for programs.")
  private boolean json;

  DlqReplay(NatsAccess nats) {
    this.nats = nats;
  }

  @Override
  public Integer call() throws InterruptedException {
    options.check(spec);
    String by = NatsAccess.operator();
    var actions = new LetterActions(spec, json, "replayed", "replay");
    try (OperatorConnection operator = nats.open()) {
      DeadLetters letters = operator.deadLetters();
      if (!options.ids().isEmpty() && !options.isDryRun()) {
        return actions.each(options.ids(), id -> letters.replay(id, by, again));
      }
      return many(letters, actions, by);
    }
  }

  private int many(DeadLetters letters, LetterActions actions, String by)
      throws InterruptedException {
    boolean terminal = Terminal.isThere();
    if (options.resumes()) {
      var run = options.stopped(letters.bulk(), BulkOrder.Action.REPLAY);
      if (run.isEmpty()) {
        spec.commandLine().getErr().println("weir: there is no such replay to go on with");
        return 1;
      }
      return actions.run(letters.bulk(), run.get(), again, terminal);
    }
    DeadLetterFilter filter = options.filter(spec, Clock.systemUTC().instant());
    if (options.isDryRun()) {
      spec.commandLine()
          .getOut()
          .println("%d would be replayed: %s".formatted(options.count(letters, filter), filter));
      return 0;
    }
    BulkOrder order = options.order(BulkOrder.Action.REPLAY, filter, by);
    return actions.run(letters.bulk(), letters.bulk().begin(order), again, terminal);
  }
}
