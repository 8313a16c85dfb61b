package io.weir.benchmarks;

import io.weir.benchmarks.measure.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a run is to do.
 *
 * @param mode as the results call it
 * @param only cells whose id has a match; empty for all
 * @param messages how many to store for consuming, by the size of their payload
 * @param heldRounds how often the heap of held messages is measured; 0 for not at all
 * @param page where results go to; results of a part of the suite go beside the build instead
 */
record Settings(
    String mode,
    boolean quick,
    boolean micro,
    boolean reportOnly,
    Optional<Pattern> only,
    int warmUps,
    int rounds,
    Window window,
    Map<Integer, Integer> messages,
    int heldRounds,
    Path page) {
  private static final Window FULL = new Window(Duration.ofMillis(250), Duration.ofMillis(1_000));
  private static final Window QUICK = new Window(Duration.ofMillis(150), Duration.ofMillis(500));

  /**
   * @throws IllegalArgumentException with what to say to the person
   */
  static Settings parse(List<String> arguments, Path folder) {
    boolean quick = false;
    boolean micro = false;
    boolean reportOnly = false;
    Optional<Pattern> only = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--quick" -> quick = true;
        case "--jmh" -> micro = true;
        case "--report" -> reportOnly = true;
        case "--only" -> {
          if (++i == arguments.size()) {
            throw new IllegalArgumentException("--only wants a pattern, such as consume-ack/256B");
          }
          only = Optional.of(Pattern.compile(arguments.get(i)));
        }
        default ->
            throw new IllegalArgumentException(
                "bench knows --quick, --only PATTERN, --jmh and --report, not " + arguments.get(i));
      }
    }
    boolean whole = !quick && only.isEmpty();
    return new Settings(
        quick ? "quick" : whole ? "full" : "part",
        quick,
        micro,
        reportOnly,
        only,
        1,
        quick ? 3 : 7,
        quick ? QUICK : FULL,
        new TreeMap<>(
            quick
                ? Map.of(256, 100_000, 4 << 10, 25_000, 64 << 10, 4_000)
                : Map.of(256, 250_000, 4 << 10, 80_000, 64 << 10, 14_000)),
        quick ? 1 : 3,
        whole || reportOnly ? folder : folder.resolve("target").resolve("results"));
  }

  Path resultsFile() {
    return page.resolve("results.json");
  }

  boolean writesThePage() {
    return mode.equals("full") || reportOnly;
  }

  boolean wants(String id) {
    return only.map(pattern -> pattern.matcher(id).find()).orElse(true);
  }
}
