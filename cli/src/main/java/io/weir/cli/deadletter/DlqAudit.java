package io.weir.cli.deadletter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.weir.cli.broker.NatsAccess;
import io.weir.cli.screen.Grid;
import io.weir.messaging.deadletter.AuditRecord;
import io.weir.messaging.jetstream.OperatorConnection;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir dlq audit}. */
@Command(
    name = "audit",
    description = "Lists who did what to which dead letter, the latest last.",
    footer = {"", "Examples:", "  weir dlq audit", "  weir dlq audit --limit 1000 --json"},
    mixinStandardHelpOptions = true)
final class DlqAudit implements Callable<Integer> {
  private final NatsAccess nats;
  private final int width;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most records to show [${DEFAULT-VALUE}].",
      defaultValue = "50")
  private int limit = 50;

  @Option(names = "--json", description = "As JSON, for programs.")
  private boolean json;

  DlqAudit(NatsAccess nats, int width) {
    this.nats = nats;
    this.width = width;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    List<AuditRecord> records;
    try (OperatorConnection operator = nats.open()) {
      records = operator.deadLetters().audit(limit);
    }
    if (json) {
      out.println(LetterJson.pretty(array(records)));
    } else {
      var grid = new Grid(width);
      grid.row("AT", "BY", "ACTION", "LETTER", "STREAM/CONSUMER", "NOW AT", "RUN", "DETAIL");
      for (AuditRecord record : records) {
        grid.row(
            record.at().truncatedTo(ChronoUnit.SECONDS),
            record.by(),
            record.action().word(),
            record.letter() == 0 ? "-" : record.letter() + " r" + record.revision(),
            record.stream().isEmpty() ? "-" : record.stream() + "/" + record.consumer(),
            record.sequence() == 0 ? "-" : record.sequence(),
            record.run().isEmpty() ? "-" : record.run(),
            record.detail());
      }
      grid.print(out);
    }
    out.flush();
    return 0;
  }

  private static ArrayNode array(List<AuditRecord> records) {
    ArrayNode array = LetterJson.MAPPER.createArrayNode();
    for (AuditRecord record : records) {
      try {
        array.add(LetterJson.MAPPER.readTree(record.toJson()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
    return array;
  }
}
