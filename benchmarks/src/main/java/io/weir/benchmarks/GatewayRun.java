package io.weir.benchmarks;

import io.weir.benchmarks.Bench.Say;
import io.weir.benchmarks.gateway.GatewayBench;
import io.weir.benchmarks.gateway.GatewayBench.Load;
import io.weir.benchmarks.gateway.GatewayResults;
import io.weir.benchmarks.report.Readme;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;

/** {@code ./weir bench --gateway}: measures llm-gateway and writes its page. */
final class GatewayRun {
  private GatewayRun() {}

  static void run(List<String> arguments, Path folder, Say say) throws Exception {
    boolean quick = arguments.equals(List.of("--quick"));
    if (!quick && !arguments.isEmpty()) {
      throw new IllegalArgumentException("--gateway knows --quick, not " + arguments);
    }
    Load load = quick ? Load.QUICK : Load.FULL;
    Path root = Objects.requireNonNull(folder.toAbsolutePath().getParent(), "a checkout");
    Path peers = Path.of(System.getProperty("weir.peers", ".weir/tools/peers"));
    GatewayResults results;
    try (var bench = new GatewayBench(root, peers, load, say::line)) {
      results = bench.measure();
    }
    String text = conditions(load) + results.markdown();
    say.line(text);
    if (!quick) {
      Path page = folder.resolve("gateway.md");
      Readme.write(page, Readme.Part.GATEWAY, text);
      say.line("written: " + page);
    }
  }

  private static String conditions(Load load) {
    return "Measured %s on %d cores shared by load, model, gateway and its stores; median of %d rounds of %d s.\n\n"
        .formatted(
            LocalDate.now(Clock.systemUTC()),
            Runtime.getRuntime().availableProcessors(),
            load.rounds(),
            load.window().toSeconds());
  }
}
