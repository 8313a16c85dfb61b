package io.weir.cli.deadletter;

import io.weir.cli.broker.NatsAccess;
import io.weir.cli.screen.Grid;
import io.weir.cli.screen.Words;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.jetstream.OperatorConnection;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir dlq show}. */
@Command(
    name = "show",
    description = "Shows all of one dead letter: the facts, the message's headers, its payload.",
    footer = {
      "",
      "A message of one of the platform's contracts is shown as JSON, other payloads as JSON, text or bytes.",
      "",
      "Examples:",
      "  weir dlq show 42",
      "  weir dlq show 42 --json | jq -r .payloadBase64 | base64 -d > payload.bin"
    },
    mixinStandardHelpOptions = true)
final class DlqShow implements Callable<Integer> {
  private final NatsAccess nats;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "The letter's id, as list shows it.")
  private long id;

  @Option(names = "--json", description = "As JSON, for programs.")
  private boolean json;

  DlqShow(NatsAccess nats) {
    this.nats = nats;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    try (OperatorConnection operator = nats.open()) {
      Optional<DeadLetter> letter = operator.deadLetters().find(id);
      if (letter.isEmpty()) {
        spec.commandLine().getErr().println("weir: there is no dead letter " + id);
        return 1;
      }
      PayloadForm form = PayloadForm.of(letter.get());
      if (json) {
        out.println(LetterJson.pretty(LetterJson.of(letter.get(), form)));
      } else {
        show(letter.get(), form, out);
      }
    }
    out.flush();
    return 0;
  }

  private static void show(DeadLetter letter, PayloadForm form, PrintWriter out) {
    DeadLetterHead head = letter.head();
    var facts = new Grid(0);
    facts.row("letter", head.id() + ", revision " + head.revision());
    facts.row("class", head.errorClass());
    facts.row("error", head.error());
    facts.row("subject", head.subject());
    facts.row("from", "%s, sequence %d".formatted(head.stream(), head.streamSequence()));
    facts.row("consumer", head.consumer());
    facts.row("attempts", head.attempts());
    facts.row("failed", "first %s, last %s".formatted(head.firstFailed(), head.lastFailed()));
    facts.row("by", head.service() + " " + head.version());
    head.flaws().forEach(flaw -> facts.row("note", flaw));
    facts.print(out);
    out.println();
    out.println("headers");
    letter
        .headers()
        .forEach(
            (name, values) ->
                values.forEach(value -> out.println("  " + Grid.printable(name + ": " + value))));
    out.println();
    out.println("payload, %s, as %s".formatted(Words.bytes(head.size()), form.kind()));
    if (!form.note().isEmpty()) {
      out.println("(" + Grid.printable(form.note()) + ")");
    }
    out.println(form.text());
  }
}
