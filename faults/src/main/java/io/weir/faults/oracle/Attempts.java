package io.weir.faults.oracle;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What all workers noted, read from their files. Immutable. */
public final class Attempts {
  private final Map<String, Integer> effects;
  private final long redeliveries;
  private final long[] begun;
  private final int mostAtOnce;

  private Attempts(Map<String, Integer> effects, long redeliveries, long[] begun, int mostAtOnce) {
    this.effects = Map.copyOf(effects);
    this.redeliveries = redeliveries;
    this.begun = begun;
    this.mostAtOnce = mostAtOnce;
  }

  /** Reads all files of this folder. A line cut short by a kill is left out. */
  public static Attempts in(Path folder) throws IOException {
    var effects = new HashMap<String, Integer>();
    List<Long> begun = new ArrayList<>();
    long redeliveries = 0;
    int most = 0;
    List<Path> files;
    try (Stream<Path> found = Files.list(folder)) {
      files = found.sorted().toList();
    }
    for (Path file : files) {
      int running = 0;
      try (BufferedReader lines = Files.newBufferedReader(file)) {
        String line = lines.readLine();
        while (line != null) {
          String next = lines.readLine();
          if (next == null && isCutShort(file)) {
            break;
          }
          String[] fields = line.split(" ", -1);
          switch (fields[0].charAt(0)) {
            case AttemptFile.BEGUN -> {
              begun.add(Long.parseLong(fields[1]));
              redeliveries += Integer.parseInt(fields[3]) > 1 ? 1 : 0;
              running++;
              most = Math.max(most, running);
            }
            case AttemptFile.DONE -> effects.merge(fields[2], 1, Integer::sum);
            case AttemptFile.ENDED -> running--;
            default -> throw new IOException("not a note of an attempt: " + line);
          }
          line = next;
        }
      }
    }
    long[] times = begun.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Attempts(effects, redeliveries, times, most);
  }

  private static boolean isCutShort(Path file) throws IOException {
    try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
      bytes.seek(bytes.length() - 1);
      return bytes.read() != '\n';
    }
  }

  /** By message id, how often the store took its effect as a new one. */
  public Map<String, Integer> effects() {
    return effects;
  }

  /** Handler calls with a delivery that was not the message's first. */
  public long redeliveries() {
    return redeliveries;
  }

  /** Most handlers that one worker ran at once. */
  public int mostAtOnce() {
    return mostAtOnce;
  }

  /** How many handlers were called. */
  public int count() {
    return begun.length;
  }

  /** How long after this moment the next handler was called; empty when none was any more. */
  public Optional<Duration> nextAfter(Instant moment) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, moment);
    int at = Arrays.binarySearch(begun, micros);
    int next = at >= 0 ? at : -at - 1;
    return next == begun.length
        ? Optional.empty()
        : Optional.of(Duration.of(begun[next] - micros, ChronoUnit.MICROS));
  }
}
