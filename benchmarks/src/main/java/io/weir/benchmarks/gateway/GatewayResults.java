package io.weir.benchmarks.gateway;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What was measured of all ways to the model, and the tables of it. */
public record GatewayResults(List<Plain> plain, List<Streamed> streamed, Open open) {

  /** Whole answers over so many connections, a run a round. */
  record Plain(int connections, String who, List<Wrk.Seen> rounds) {
    double rate() {
      return median(rounds, Wrk.Seen::rate);
    }

    double p50() {
      return median(rounds, Wrk.Seen::p50);
    }

    double p99() {
      return median(rounds, Wrk.Seen::p99);
    }

    long failed() {
      return rounds.stream().mapToLong(one -> one.refused() + one.broken()).sum();
    }

    @Override
    public String toString() {
      return format(
          "%3d connections  %-9s %,9.0f answers/s  p50 %.2f ms  p99 %.2f ms  failed %d",
          connections, who, rate(), p50(), p99(), failed());
    }
  }

  /** Streams at once, a run a round. */
  record Streamed(String who, List<StreamLoad.Seen> rounds) {
    @Override
    public String toString() {
      return format(
          "%d streams  %-9s chunk p50 %.2f ms  p99 %.2f ms, after ten chunks %.2f ms  whole %d of %d",
          rounds.getFirst().streams(),
          who,
          median(rounds, StreamLoad.Seen::p50),
          median(rounds, StreamLoad.Seen::p99),
          median(rounds, StreamLoad.Seen::laterP99),
          rounds.stream().mapToInt(StreamLoad.Seen::whole).sum(),
          rounds.stream().mapToInt(StreamLoad.Seen::streams).sum());
    }
  }

  /** Many open streams, and the gateway's memory meanwhile. */
  record Open(StreamLoad.Seen seen, int heapLimit, long resident) {
    @Override
    public String toString() {
      return format(
          "%d open streams: %d whole, chunk p99 %.2f ms (after ten chunks %.2f ms), heap limit %d MiB, resident at most %d MiB",
          seen.streams(), seen.whole(), seen.p99(), seen.laterP99(), heapLimit, resident);
    }
  }

  @FormatMethod
  private static String format(@FormatString String pattern, Object... values) {
    return String.format(Locale.ROOT, pattern, values).replace("NaN", "–"); // of no chunk
  }

  /** As Markdown. */
  public String markdown() {
    var text = new StringBuilder("### Whole answers\n\n");
    text.append(
        "| connections | who | answers/s | least – most | of nginx | times Portkey | p50 ms | added p50 ms | p99 ms | added p99 ms | failed |\n");
    text.append("|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n");
    for (Plain row : plain) {
      Plain direct = of(row.connections(), Target.DIRECT);
      text.append(
          format(
              "| %d | %s | %,.0f | %,.0f – %,.0f | %.2f | %.1f | %.2f | %.2f | %.2f | %.2f | %d |\n",
              row.connections(),
              row.who(),
              row.rate(),
              row.rounds().stream().mapToDouble(Wrk.Seen::rate).min().orElse(0),
              row.rounds().stream().mapToDouble(Wrk.Seen::rate).max().orElse(0),
              ratio(row, Target.NGINX),
              ratio(row, Target.PORTKEY),
              row.p50(),
              row.p50() - direct.p50(),
              row.p99(),
              row.p99() - direct.p99(),
              row.failed()));
    }
    text.append(
        "\n### Streams\n\n| streams | who | chunks/s | age of a chunk: p50 ms | p99 ms | most ms | p99 ms after ten chunks | whole |\n");
    text.append("|---:|---|---:|---:|---:|---:|---:|---:|\n");
    for (Streamed row : streamed) {
      text.append(
          format(
              "| %d | %s | %,.0f | %.2f | %.2f | %.2f | %.2f | %d of %d |\n",
              row.rounds().getFirst().streams(),
              row.who(),
              median(row.rounds(), StreamLoad.Seen::rate),
              median(row.rounds(), StreamLoad.Seen::p50),
              median(row.rounds(), StreamLoad.Seen::p99),
              median(row.rounds(), StreamLoad.Seen::most),
              median(row.rounds(), StreamLoad.Seen::laterP99),
              row.rounds().stream().mapToInt(StreamLoad.Seen::whole).sum(),
              row.rounds().stream().mapToInt(StreamLoad.Seen::streams).sum()));
    }
    return text.append("\n").append(open).append(".\n").toString();
  }

  /** Round by round, then the median. */
  private double ratio(Plain row, String other) {
    List<Wrk.Seen> beside = of(row.connections(), other).rounds();
    return java.util.stream.IntStream.range(0, Math.min(row.rounds().size(), beside.size()))
        .mapToDouble(i -> row.rounds().get(i).rate() / beside.get(i).rate())
        .sorted()
        .skip(Math.max(0, (Math.min(row.rounds().size(), beside.size()) - 1) / 2))
        .findFirst()
        .orElse(Double.NaN);
  }

  private Plain of(int connections, String who) {
    return plain.stream()
        .filter(row -> row.connections() == connections && row.who().equals(who))
        .findFirst()
        .orElseThrow();
  }

  private static <T> double median(List<T> values, ToDoubleFunction<T> of) {
    double[] sorted = values.stream().mapToDouble(of).sorted().toArray();
    return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
  }
}
