package io.weir.review.pipeline;

import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * One list out of what secrets, linters and the model found: nothing said twice, in the order of
 * the file.
 */
public final class Merge {
  private static final Comparator<Finding> BY_PLACE =
      Comparator.comparingInt(Finding::startLine)
          .thenComparingInt(Finding::startColumn)
          .thenComparing(Finding::severity)
          .thenComparing(Finding::rule);
  private static final Pattern WORD = Pattern.compile("[^a-z0-9]+");
  private static final Pattern ABOUT_SECRETS =
      Pattern.compile(
          "\\b(secrets?|credentials?|pass(word|phrase)s?|(api|access|private|secret)[-_ ]?keys?|tokens?)\\b");
  private static final Pattern IN_THE_CODE =
      Pattern.compile(
          "hard-?coded|embedded|committed|checked[- ]in|exposed|leaked|plain-?text|literal"
              + "|in (the )?(source|code|file|repository)|(stands?|kept|stored) in");
  // Two messages at one line with half their words in common say the same.
  private static final double SAME_WORDS = 0.5;

  private Merge() {}

  /** Merges; of two that say the same the one of the more certain source stays. */
  public static List<Finding> of(
      List<Finding> secrets, List<Finding> linters, List<Finding> model) {
    var kept = new ArrayList<Finding>();
    for (List<Finding> findings : List.of(secrets, linters, model)) {
      for (Finding finding : findings) {
        if (kept.stream().noneMatch(earlier -> saysTheSame(earlier, finding))) {
          kept.add(finding);
        }
      }
    }
    kept.sort(BY_PLACE);
    return List.copyOf(kept);
  }

  private static boolean saysTheSame(Finding earlier, Finding later) {
    if (!earlier.file().equals(later.file())) {
      return false;
    }
    if (earlier.source() == Source.SECRETS && later.source() == Source.MODEL) {
      String said = (later.rule() + " " + later.message()).toLowerCase(Locale.ROOT);
      return later.startLine() >= earlier.startLine() - 1
          && later.endLine() <= earlier.endLine() + 1
          && ABOUT_SECRETS.matcher(said).find()
          && IN_THE_CODE.matcher(said).find();
    }
    if (earlier.startLine() != later.startLine()) {
      return false;
    }
    boolean sameRule = earlier.rule().equalsIgnoreCase(later.rule());
    if (earlier.source() == later.source()) {
      return sameRule
          && earlier.startColumn() == later.startColumn()
          && earlier.message().equals(later.message());
    }
    return sameRule || commonWords(earlier, later) >= SAME_WORDS;
  }

  private static double commonWords(Finding one, Finding other) {
    Set<String> words = words(one);
    Set<String> others = words(other);
    var common = new HashSet<>(words);
    common.retainAll(others);
    int smaller = Math.min(words.size(), others.size());
    return smaller == 0 ? 0 : (double) common.size() / smaller;
  }

  private static Set<String> words(Finding finding) {
    var words = new HashSet<String>();
    for (String word :
        WORD.split((finding.rule() + " " + finding.message()).toLowerCase(Locale.ROOT))) {
      if (word.length() > 3) {
        words.add(word);
      }
    }
    return words;
  }
}
