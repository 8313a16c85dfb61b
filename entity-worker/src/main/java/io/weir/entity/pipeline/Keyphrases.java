package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.TextField;
import io.weir.entity.pipeline.text.EnglishWords;
import io.weir.entity.pipeline.text.Scripts;
import io.weir.entity.pipeline.text.Word;
import io.weir.entity.pipeline.text.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * Ranks the phrases of a document's prose. Candidates are runs of words, cut at stop words,
 * punctuation, common verbs and adverbs and at what is an entity already. A candidate's score is
 * the sum over its words of √(frequency × degree) — degree being how many words a word stands
 * together with — × early position (1 at the start to ½ at the end) × ln(1 + how often the
 * candidate repeats). Stateless.
 */
final class Keyphrases {
  private static final int LONGEST = 4;
  private static final int LONGEST_UNSEGMENTED = 6;
  private static final String CHINESE_PARTICLES = "的是了和在与及或有不我你他她它们这那就也都而被把对从到为以之将可能";

  private Keyphrases() {}

  private record Candidate(
      String key, TextField field, int start, int end, int ordinal, List<String> words) {}

  private record Scored(Candidate candidate, double score) {
    Keyphrase keyphrase(double best) {
      return new Keyphrase(candidate.field(), candidate.start(), candidate.end(), score / best);
    }
  }

  /**
   * At most {@code most} keyphrases of {@code document}, the best first; none touches what {@code
   * taken} covers.
   */
  static List<Keyphrase> of(Document document, Overlaps taken, int most) {
    var candidates = new ArrayList<Candidate>();
    int ordinal = 0;
    for (TextField field : document.fields()) {
      if (field.kind() == TextField.Kind.PROSE) {
        ordinal = collect(field, taken, ordinal, candidates);
      }
    }
    return rank(candidates, Math.max(ordinal, 1), most);
  }

  private static int collect(
      TextField field, Overlaps taken, int firstOrdinal, List<Candidate> candidates) {
    int ordinal = firstOrdinal;
    var run = new ArrayList<Word>();
    for (Word word : Words.of(field.text())) {
      boolean cut = !carriesMeaning(word) || taken.covers(field.name(), word.start(), word.end());
      if (cut || (!run.isEmpty() && !word.gap().equals(" "))) {
        close(field, run, ordinal, candidates);
      }
      if (!cut) {
        run.add(word);
      }
      ordinal++;
    }
    close(field, run, ordinal, candidates);
    return ordinal;
  }

  private static void close(
      TextField field, List<Word> run, int ordinal, List<Candidate> candidates) {
    if (!run.isEmpty() && run.size() <= LONGEST) {
      List<String> words = run.stream().map(Word::lower).toList();
      candidates.add(
          new Candidate(
              String.join(" ", words),
              field,
              run.getFirst().start(),
              run.getLast().end(),
              ordinal,
              words));
    }
    run.clear();
  }

  private static boolean carriesMeaning(Word word) {
    String lower = word.lower();
    if (Scripts.isUnsegmented(word.text().codePointAt(0))) {
      return word.text().codePointCount(0, word.text().length()) >= 2
          && word.text().length() <= LONGEST_UNSEGMENTED
          && word.text().chars().noneMatch(c -> CHINESE_PARTICLES.indexOf(c) >= 0);
    }
    return lower.length() >= 3
        && word.hasLetter()
        && !EnglishWords.STOP.contains(lower)
        && !EnglishWords.CUT.contains(lower)
        && !(lower.endsWith("ly") && lower.length() > 4);
  }

  private static List<Keyphrase> rank(List<Candidate> candidates, int words, int most) {
    var frequency = new HashMap<String, Integer>();
    var degree = new HashMap<String, Integer>();
    var repeats = new HashMap<String, Integer>();
    var first = new LinkedHashMap<String, Candidate>();
    for (Candidate candidate : candidates) {
      first.putIfAbsent(candidate.key(), candidate);
      repeats.merge(candidate.key(), 1, Integer::sum);
      for (String word : candidate.words()) {
        frequency.merge(word, 1, Integer::sum);
        degree.merge(word, candidate.words().size(), Integer::sum);
      }
    }
    var scored = new ArrayList<Scored>();
    for (Candidate candidate : first.values()) {
      int repeat = repeats.getOrDefault(candidate.key(), 1);
      if (candidate.words().size() == 1
          && repeat == 1
          && !candidate.field().name().equals("title")) {
        // One word, once: that is most words of any text.
        continue;
      }
      double weight =
          candidate.words().stream()
              .mapToDouble(
                  word ->
                      Math.sqrt(
                          (double) frequency.getOrDefault(word, 1) * degree.getOrDefault(word, 1)))
              .sum();
      double position = 1 - 0.5 * candidate.ordinal() / words;
      scored.add(new Scored(candidate, weight * position * Math.log1p(repeat)));
    }
    scored.sort(
        Comparator.comparingDouble(Scored::score)
            .reversed()
            .thenComparingInt(one -> one.candidate().ordinal()));
    return scored.stream()
        .limit(most)
        .map(one -> one.keyphrase(scored.getFirst().score()))
        .toList();
  }
}
