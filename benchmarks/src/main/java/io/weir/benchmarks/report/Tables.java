package io.weir.benchmarks.report;

import io.weir.benchmarks.report.Bars.Standing;
import io.weir.benchmarks.report.Results.Held;
import io.weir.benchmarks.report.Results.Micro;
import io.weir.benchmarks.report.Results.Row;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The tables of a run, as Markdown. */
public final class Tables {
  private static final Map<String, String> TITLES =
      titles(
          "consume-ack", "Consume, acknowledge",
          "consume-store-publish-ack", "Consume, store, publish, acknowledge",
          "publish-sync", "Publish and wait (K callers)",
          "publish-pipelined", "Publish pipelined (K under way)");

  private final Results results;

  public Tables(Results results) {
    this.results = results;
  }

  public String markdown() {
    var text = new StringBuilder();
    text.append(conditions()).append(bars());
    TITLES.forEach((work, title) -> text.append(work(work, title)));
    return text.append(held()).append(micro()).toString();
  }

  private String conditions() {
    var machine = results.machine();
    var conditions = results.conditions();
    return """
        Measured %s on %s, %d cores, %,d MiB; JDK %s (%s); nats-server %s on the same machine. \
        Mode %s: median of %d rounds of %,d ms.

        """
        .formatted(
            machine.date(),
            machine.os(),
            machine.cores(),
            machine.memoryMiB(),
            machine.jdk(),
            conditions.jvmOptions(),
            machine.natsServer(),
            conditions.mode(),
            conditions.rounds(),
            conditions.windowMillis());
  }

  private String bars() {
    var text = new StringBuilder();
    for (Bars bar : Bars.ALL) {
      List<Standing> standings = bar.standings(results);
      if (standings.isEmpty()) {
        continue;
      }
      List<Double> ratios = standings.stream().map(Standing::ratio).toList();
      long met = ratios.stream().filter(ratio -> ratio >= bar.least()).count();
      text.append(
          "| %s | ≥ %s | %s | %s – %s | %d of %d |\n"
              .formatted(
                  bar.name(),
                  Numbers.fraction(bar.least()),
                  Numbers.fraction(Numbers.median(ratios)),
                  Numbers.fraction(Numbers.least(ratios)),
                  Numbers.fraction(Numbers.most(ratios)),
                  met,
                  ratios.size()));
    }
    return text.isEmpty()
        ? ""
        : """
        ### Bars

        Throughput of the library divided by that of the best raw loop of the same cell: all cells.

        | bar | wanted | median cell | least – most | cells that meet it |
        |---|---|---|---|---|
        """
            + text
            + "\n";
  }

  private String work(String work, String title) {
    var text = new StringBuilder();
    for (Row row : results.rows()) {
      if (row.work().equals(work)) {
        text.append(row(row));
      }
    }
    return text.isEmpty()
        ? ""
        : """
        ### %s

        | payload | K | handler | who | messages/s | least – most | ratio | least – most | CPU µs | bytes |
        |---|---|---|---|---:|---:|---:|---:|---:|---:|
        """
                .formatted(title)
            + text
            + "\n";
  }

  private String row(Row row) {
    String ratio = "";
    String spread = "";
    Row best = Bars.best(results, row).orElse(row);
    if (!best.equals(row)) {
      List<Double> ratios = Numbers.ratios(row.rates(), best.rates());
      ratio = Numbers.fraction(Numbers.median(ratios));
      spread =
          Numbers.fraction(Numbers.least(ratios)) + " – " + Numbers.fraction(Numbers.most(ratios));
    }
    return "| %s | %,d | %s | %s | %s | %s – %s | %s | %s | %s | %s |\n"
        .formatted(
            Numbers.size(row.size()),
            row.concurrency(),
            row.handling(),
            row.equals(best) ? "**" + row.subject() + "**" : row.subject(),
            Numbers.whole(row.rate()),
            Numbers.whole(Numbers.least(row.rates())),
            Numbers.whole(Numbers.most(row.rates())),
            ratio,
            spread,
            String.format(Locale.ROOT, "%.1f", Numbers.median(row.cpuMicros())),
            Numbers.whole(Numbers.median(row.bytes())));
  }

  private String held() {
    if (results.held().isEmpty()) {
      return "";
    }
    var text =
        new StringBuilder(
            """
            ### Heap of messages in hand

            Live set after collection, above that before; wanted of the library: under %d MiB for 10,000.

            | who | messages | payload | MiB | least – most | KiB a message |
            |---|---:|---|---:|---:|---:|
            """
                .formatted(Bars.MOST_HELD_MEBIBYTES));
    for (Held held : results.held()) {
      double median = Numbers.median(held.mebibytes());
      text.append(
          "| %s | %,d | %s | %.1f | %.1f – %.1f | %.1f |\n"
              .formatted(
                  held.subject(),
                  held.messages(),
                  Numbers.size(held.size()),
                  median,
                  Numbers.least(held.mebibytes()),
                  Numbers.most(held.mebibytes()),
                  median * 1024 / held.messages()));
    }
    return text.append("\n").toString();
  }

  private String micro() {
    if (results.micro().isEmpty()) {
      return "";
    }
    var text =
        new StringBuilder(
            """
            ### Hot pieces alone (JMH)

            | piece | ns | ± | bytes |
            |---|---:|---:|---:|
            """);
    for (Micro micro : results.micro()) {
      text.append(
          "| %s | %.1f | %.1f | %.0f |\n"
              .formatted(micro.name(), micro.nanos(), micro.error(), micro.bytes()));
    }
    return text.append("\n").toString();
  }

  private static Map<String, String> titles(String... pairs) {
    var titles = new LinkedHashMap<String, String>();
    for (int i = 0; i < pairs.length; i += 2) {
      titles.put(pairs[i], pairs[i + 1]);
    }
    return titles;
  }
}
