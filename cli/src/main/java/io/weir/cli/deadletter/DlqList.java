package io.weir.cli.deadletter;

import io.weir.cli.broker.NatsAccess;
import io.weir.cli.screen.Grid;
import io.weir.cli.screen.Words;
import io.weir.messaging.deadletter.DeadLetterFilter;
import io.weir.messaging.deadletter.DeadLetterHead;
import io.weir.messaging.jetstream.OperatorConnection;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code weir dlq list}. */
@Command(
    name = "list",
    description = "Lists dead letters, oldest first, without consuming them.",
    footer = {
      "",
      "Examples:",
      "  weir dlq list",
      "  weir dlq list --summary",
      "  weir dlq list --class invalid --subject 'review.jobs.>' --since 24h",
      "  weir dlq list --limit 100000 --json"
    },
    mixinStandardHelpOptions = true)
final class DlqList implements Callable<Integer> {
  private final NatsAccess nats;
  private final int width;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private FilterOptions options = new FilterOptions();

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most letters to show [${DEFAULT-VALUE}].",
      defaultValue = "50")
  private long limit = 50;

  @Option(names = "--summary", description = "How many there are by stream, consumer and class.")
  private boolean summary;

  @Option(names = "--json", description = "As JSON, for programs.")
  private boolean json;

  DlqList(NatsAccess nats, int width) {
    this.nats = nats;
    this.width = width;
  }

  @Override
  public Integer call() throws InterruptedException {
    Instant now = Clock.systemUTC().instant();
    DeadLetterFilter filter = options.filter(spec, now);
    PrintWriter out = spec.commandLine().getOut();
    try (OperatorConnection operator = nats.open()) {
      if (summary) {
        summarise(operator, filter, out);
      } else {
        list(operator, filter, now, out);
      }
    }
    out.flush();
    return 0;
  }

  private void list(
      OperatorConnection operator, DeadLetterFilter filter, Instant now, PrintWriter out) {
    var shown = new ArrayList<DeadLetterHead>();
    var total = new long[1];
    operator
        .deadLetters()
        .browse(
            filter,
            head -> {
              if (total[0]++ < limit) {
                shown.add(head);
              }
              return true;
            });
    if (json) {
      out.print("[");
      for (int i = 0; i < shown.size(); i++) {
        out.print((i == 0 ? "\n" : ",\n") + LetterJson.of(shown.get(i)));
      }
      out.println(shown.isEmpty() ? "]" : "\n]");
      return;
    }
    if (total[0] == 0) {
      out.println(filter.terms().isEmpty() ? "No dead letters." : "No dead letters: " + filter);
      return;
    }
    var grid = new Grid(width);
    grid.row("ID", "AGE", "STREAM/CONSUMER", "SUBJECT", "CLASS", "TRIES", "ERROR");
    shown.forEach(head -> grid.row(row(head, now).toArray()));
    grid.print(out);
    if (total[0] > shown.size()) {
      out.println("%d of %d shown; --limit shows more".formatted(shown.size(), total[0]));
    }
  }

  private static List<Object> row(DeadLetterHead head, Instant now) {
    return List.of(
        head.id() + (head.revision() > 0 ? " r" + head.revision() : ""),
        Words.age(Duration.between(head.lastFailed(), now)),
        head.stream() + "/" + head.consumer(),
        head.subject().isEmpty() ? "-" : head.subject(),
        head.errorClass(),
        head.attempts(),
        head.error().isEmpty() ? String.join("; ", head.flaws()) : head.error());
  }

  private record Group(String stream, String consumer, String errorClass)
      implements Comparable<Group> {
    @Override
    public int compareTo(Group other) {
      return toString().compareTo(other.toString());
    }
  }

  private void summarise(OperatorConnection operator, DeadLetterFilter filter, PrintWriter out) {
    var counts = new TreeMap<Group, Long>();
    operator
        .deadLetters()
        .browse(
            filter,
            head -> {
              counts.merge(
                  new Group(head.stream(), head.consumer(), head.errorClass()), 1L, Long::sum);
              return true;
            });
    if (json) {
      var array = LetterJson.MAPPER.createArrayNode();
      counts.forEach(
          (group, count) ->
              array
                  .addObject()
                  .put("stream", group.stream())
                  .put("consumer", group.consumer())
                  .put("class", group.errorClass())
                  .put("letters", count));
      out.println(LetterJson.pretty(array));
      return;
    }
    var grid = new Grid(width);
    grid.row("STREAM", "CONSUMER", "CLASS", "LETTERS");
    counts.forEach(
        (group, count) -> grid.row(group.stream(), group.consumer(), group.errorClass(), count));
    grid.print(out);
    out.println("%d in all".formatted(counts.values().stream().mapToLong(Long::longValue).sum()));
  }
}
