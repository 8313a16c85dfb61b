package io.weir.cli.screen;

import java.time.Duration;
import java.util.Locale;

/** Durations and sizes as people read them. */
public final class Words {
  private Words() {}

  /** {@code 3s}, {@code 5m}, {@code 2h}, {@code 9d}. */
  public static String age(Duration age) {
    if (age.toSeconds() < 60) {
      return Math.max(0, age.toSeconds()) + "s";
    }
    if (age.toMinutes() < 60) {
      return age.toMinutes() + "m";
    }
    return age.toHours() < 48 ? age.toHours() + "h" : age.toDays() + "d";
  }

  /** {@code 512 B}, {@code 1.5 KiB}, {@code 3.0 MiB}, {@code 1.0 GiB}. */
  public static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    double size = bytes;
    int unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
      size /= 1024;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", size, units[unit]);
  }
}
