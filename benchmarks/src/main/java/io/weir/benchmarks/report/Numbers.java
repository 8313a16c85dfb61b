package io.weir.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Medians, ratios and how they are written. */
final class Numbers {
  private Numbers() {}

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** Round by round. */
  static List<Double> ratios(List<Double> of, List<Double> to) {
    var ratios = new ArrayList<Double>();
    for (int i = 0; i < Math.min(of.size(), to.size()); i++) {
      ratios.add(of.get(i) / to.get(i));
    }
    return ratios;
  }

  static double least(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  static double most(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  /** With separators of thousands. */
  static String whole(double value) {
    return String.format(Locale.ROOT, "%,d", Math.round(value));
  }

  static String fraction(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Of a payload. */
  static String size(int bytes) {
    return bytes < 1024 ? bytes + " B" : bytes / 1024 + " KiB";
  }
}
