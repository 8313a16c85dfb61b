package io.weir.benchmarks;

import io.weir.benchmarks.measure.Subject;
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
 * @param who only subjects whose name has a match; empty for all
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
    Optional<Pattern> who,
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
    Optional<Pattern> who = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      switch (arguments.get(i)) {
        case "--quick" -> quick = true;
        case "--jmh" -> micro = true;
        case "--report" -> reportOnly = true;
        case "--only" -> only = Optional.of(pattern(arguments, ++i, "consume-ack/256B"));
        case "--who" -> who = Optional.of(pattern(arguments, ++i, "Weir"));
        default ->
            throw new IllegalArgumentException(
                "bench knows --quick, --only, --who, --jmh, --report, --peer-faults and --gateway, not "
                    + arguments.get(i));
      }
    }
    boolean whole = !quick && only.isEmpty() && who.isEmpty();
    return new Settings(
        quick ? "quick" : whole ? "full" : "part",
        quick,
        micro,
        reportOnly,
        only,
        who,
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

  private static Pattern pattern(List<String> arguments, int at, String example) {
    if (at == arguments.size()) {
      throw new IllegalArgumentException(
          "%s wants a pattern, such as %s".formatted(arguments.get(at - 1), example));
    }
    return Pattern.compile(arguments.get(at));
  }

  Path resultsFile() {
    return page.resolve("results.json");
  }

  boolean writesThePage() {
    return mode.equals("full") || reportOnly;
  }

  boolean wants(Subject subject) {
    return who.map(pattern -> pattern.matcher(subject.name()).find()).orElse(true);
  }

  boolean wants(String id) {
    return only.map(pattern -> pattern.matcher(id).find()).orElse(true);
  }
}
