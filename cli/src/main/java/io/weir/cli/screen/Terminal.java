package io.weir.cli.screen;

import java.io.Console;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The person at the terminal, if there is one. */
public final class Terminal {
  private Terminal() {}

  public static boolean isThere() {
    return isTerminal(System.console());
  }

  // There may be none: it depends on which console the JDK has by default.
  private static boolean isTerminal(@Nullable Console console) {
    return console != null && console.isTerminal();
  }

  private static @Nullable String answer(@Nullable Console console, String question) {
    return console == null || !console.isTerminal()
        ? null
        : console.readLine("%s [y/N] ", question);
  }

  /** Asks; anything but yes is no, and so is no terminal. */
  public static boolean confirms(String question) {
    String answer = answer(System.console(), question);
    String word = answer == null ? "" : answer.strip().toLowerCase(Locale.ROOT);
    return word.equals("y") || word.equals("yes");
  }
}
