package io.weir.messaging.secret;

import io.weir.messaging.secret.FoundSecret.Certainty;
import io.weir.messaging.secret.FoundSecret.Stretch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Private keys in armour: PEM, OpenSSH, PGP and PuTTY. The marker lines stay, the body is masked
 * run by run, so that quotes, line breaks and the {@code \n} escapes of a key inside a string
 * literal survive and the file still parses. Code that only names a marker is no key, nor is what
 * follows one.
 */
final class PrivateKeys {
  private static final String BEGIN = "-----BEGIN ";
  private static final String PUTTY = "PuTTY-User-Key-File-";
  private static final String PUTTY_BODY = "Private-Lines:";
  private static final int LONGEST_MARKER = 60;
  // A key without its end (cut off by a limit) is masked this far: the longest RSA keys are about
  // 13,000.
  private static final int LONGEST_BODY = 20_000;
  private static final int SHORTEST_KEY = 16;
  // Base64 of so many characters without one that no word has is as good as none.
  private static final int SURE = 40;
  private static final int SHORTEST_LINE = 8;
  // Characters of words, as of a short last line, that may stand between two runs of a key.
  private static final int MOST_OTHER = 24;

  // A line of its own, in which nothing is as long as a key's line.
  private static final Pattern HEADER =
      Pattern.compile(
          "[\\s\"'+]{0,50}(?:\\\\[nr]){0,4}"
              + "(?:Proc-Type|DEK-Info|Version|Comment|Charset|Hash|MessageID) ?:"
              + "(?:(?![A-Za-z0-9+/=]{33})[^\\r\\n\\\\\"'`]){0,200}(?=[\\r\\n\\\\\"'`])");

  private PrivateKeys() {}

  static void find(String text, List<FoundSecret> found) {
    int from = 0;
    for (int begin = text.indexOf(BEGIN); begin >= 0; begin = text.indexOf(BEGIN, from)) {
      from = begin + BEGIN.length();
      int markerEnd = text.indexOf("-----", from);
      if (markerEnd < 0) {
        break;
      }
      String label = text.substring(from, Math.min(markerEnd, from + LONGEST_MARKER));
      if (!label.contains("PRIVATE KEY") && !label.contains("SECRET KEY")) {
        continue;
      }
      int bodyStart = markerEnd + 5;
      from = add(text, begin, bodyStart, "-----END", found);
    }
    from = 0;
    for (int begin = text.indexOf(PUTTY); begin >= 0; begin = text.indexOf(PUTTY, from)) {
      from = begin + PUTTY.length();
      int body = text.indexOf(PUTTY_BODY, from);
      if (body < 0) {
        break;
      }
      int bodyStart = body + PUTTY_BODY.length();
      from = add(text, begin, bodyStart, "Private-MAC", found);
    }
  }

  /** Where to look on: behind the key, if there is one. */
  private static int add(
      String text, int begin, int bodyStart, String endMarker, List<FoundSecret> found) {
    int limit = Math.min(text.length(), bodyStart + LONGEST_BODY);
    var body = new Body(text, behindHeaders(text, bodyStart, limit), limit, endMarker);
    List<Stretch> runs = body.ofKey();
    if (runs.stream().mapToInt(Stretch::length).sum() < SHORTEST_KEY) {
      return bodyStart;
    }
    int end = runs.getLast().end();
    found.add(new FoundSecret("private-key", "private key", Certainty.FORMAT, begin, end, runs));
    return end;
  }

  private static int behindHeaders(String text, int start, int end) {
    Matcher header = HEADER.matcher(text).region(start, end);
    int behind = start;
    while (header.lookingAt()) {
      behind = header.end();
      header.region(behind, end);
    }
    return behind;
  }

  /** What follows a marker, up to the end's, the next one or as far as a key may reach. */
  private static final class Body {
    private final String text;
    private final List<Stretch> runs = new ArrayList<>();
    private boolean ended;

    Body(String text, int start, int limit, String endMarker) {
      this.text = text;
      int i = start;
      while (i < limit && !ended && !text.startsWith(BEGIN, i) && !text.startsWith(PUTTY, i)) {
        ended = text.startsWith(endMarker, i);
        boolean escape =
            text.charAt(i) == '\\' && i + 1 < limit && "nrt".indexOf(text.charAt(i + 1)) >= 0;
        i = escape ? i + 2 : ended ? limit : next(i, limit);
      }
    }

    private int next(int from, int limit) {
      int i = from;
      while (i < limit && isBody(text.charAt(i))) {
        i++;
      }
      if (i - from >= 2) {
        runs.add(new Stretch(from, i));
      }
      return Math.max(i, from + 1);
    }

    /** The runs of a key: all of an armour that holds little else, or what has its form. */
    List<Stretch> ofKey() {
      if (ended && (runs.stream().noneMatch(this::isWord) || 2 * lengthOfKeyish() >= length())) {
        return runs;
      }
      int first = Math.max(atTheBeginning(), lines());
      var kept = new ArrayList<>(runs.subList(0, first));
      for (int i = first; i < runs.size(); i++) {
        if (isSure(runs.get(i), ended ? SHORTEST_KEY : SURE) || isTail(i)) {
          kept.add(runs.get(i));
        }
      }
      return kept;
    }

    private int length() {
      return runs.stream().mapToInt(Stretch::length).sum();
    }

    private int lengthOfKeyish() {
      return runs.stream().filter(this::isKeyish).mapToInt(Stretch::length).sum();
    }

    /** How many runs there are before something begins that is no key. */
    private int atTheBeginning() {
      int last = -1;
      int other = 0;
      for (int i = 0; i < runs.size() && other <= MOST_OTHER; i++) {
        other = isKeyish(runs.get(i)) ? 0 : other + runs.get(i).length();
        last = other == 0 ? i : last;
      }
      if (last < 0) {
        return 0;
      }
      if (other <= MOST_OTHER) {
        return runs.size();
      }
      return isTail(last + 1) ? last + 2 : last + 1;
    }

    /** The short last line of a key, right behind a long one. */
    private boolean isTail(int i) {
      return i > 0
          && i < runs.size()
          && isKeyish(runs.get(i - 1))
          && endsItsLine(runs.get(i - 1))
          && endsItsLine(runs.get(i))
          && text.substring(runs.get(i - 1).end(), runs.get(i).start())
              .chars()
              .allMatch(c -> " \t\r\n\"'`+,\\nr".indexOf(c) >= 0);
    }

    private boolean isKeyish(Stretch run) {
      return run.length() >= SURE
          || (run.length() >= SHORTEST_KEY && has(run, c -> c < 'A')); // digits, + / =
    }

    /** How many runs at the beginning fill a line each, as those of a key that was cut off do. */
    private int lines() {
      int lines = 0;
      while (lines < runs.size()
          && runs.get(lines).length() >= SHORTEST_LINE
          && endsItsLine(runs.get(lines))
          && isMixed(runs.get(lines))) {
        lines++;
      }
      return lines;
    }

    private boolean isSure(Stretch run, int least) {
      return run.length() >= least && isMixed(run);
    }

    private boolean isMixed(Stretch run) {
      return has(run, Character::isDigit)
          && has(run, Character::isUpperCase)
          && has(run, Character::isLowerCase);
    }

    private boolean isWord(Stretch run) {
      return run.length() > 2 && !has(run, c -> c < 'a');
    }

    private boolean has(Stretch run, IntPredicate some) {
      return text.substring(run.start(), run.end()).chars().anyMatch(some);
    }

    private boolean endsItsLine(Stretch run) {
      return run.end() == text.length() || "\r\n\"'`\\".indexOf(text.charAt(run.end())) >= 0;
    }

    private static boolean isBody(char c) {
      return (c >= 'a' && c <= 'z')
          || (c >= 'A' && c <= 'Z')
          || (c >= '0' && c <= '9')
          || c == '+'
          || c == '/'
          || c == '=';
    }
  }
}
