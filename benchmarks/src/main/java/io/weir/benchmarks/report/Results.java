package io.weir.benchmarks.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * All that a run has measured; what tables and plots are made from.
 *
 * @param micro what JMH measured; empty when it did not run
 */
public record Results(
    Machine machine, Conditions conditions, List<Row> rows, List<Held> held, List<Micro> micro) {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** Where it was measured. */
  public record Machine(
      String date, String os, int cores, long memoryMiB, String jdk, String natsServer) {}

  /** How it was measured. */
  public record Conditions(String mode, int rounds, long windowMillis, String jvmOptions) {}

  /**
   * What one subject did in one cell; the lists are in the order of the rounds.
   *
   * @param cell its id
   * @param kind RAW, WEIR or PEER
   */
  public record Row(
      String cell,
      String work,
      int size,
      int concurrency,
      String handling,
      String subject,
      String kind,
      List<Double> rates,
      List<Double> cpuMicros,
      List<Double> bytes) {
    boolean raw() {
      return kind.equals("RAW");
    }

    /** The median. */
    public double rate() {
      return Numbers.median(rates);
    }
  }

  /**
   * Heap that many messages in hand take.
   *
   * @param mebibytes live set above that before, in the order of the rounds
   */
  public record Held(String subject, int messages, int size, List<Double> mebibytes) {}

  /**
   * A hot piece by itself.
   *
   * @param error half of JMH's 99.9 % confidence interval
   */
  public record Micro(String name, double nanos, double error, double bytes) {}

  public void write(Path file) throws IOException {
    JSON.writeValue(file.toFile(), this);
  }

  public static Results read(Path file) throws IOException {
    return JSON.readValue(file.toFile(), Results.class);
  }
}
