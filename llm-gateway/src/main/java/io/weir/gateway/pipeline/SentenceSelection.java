package io.weir.gateway.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Picks the sentences of a text that share the most telling words with a question. A word's weight
 * is its inverse document frequency over the text's sentences; words already covered by a picked
 * sentence count no more, so that a second sentence has to add something.
 */
final class SentenceSelection {
  /** Share of the question's weight that the best sentence must cover to count as an answer. */
  private static final double ENOUGH = 0.34;

  /** Share that a further sentence must add. */
  private static final double WORTH_ADDING = 0.25;

  private record Scored(int index, String sentence, Set<String> words) {}

  private SentenceSelection() {}

  /** At most {@code limit} sentences in the order of the text; empty when none fits. */
  static List<String> best(String question, List<String> sentences, int limit) {
    Set<String> wanted = Sentences.words(question);
    var candidates = new ArrayList<Scored>();
    Map<String, Integer> frequency = new HashMap<>();
    for (int i = 0; i < sentences.size(); i++) {
      Set<String> words = Sentences.words(sentences.get(i));
      words.retainAll(wanted);
      words.forEach(word -> frequency.merge(word, 1, Integer::sum));
      candidates.add(new Scored(i, sentences.get(i), words));
    }
    Map<String, Double> weight = new HashMap<>();
    for (String word : wanted) {
      int in = frequency.getOrDefault(word, 0);
      weight.put(word, Math.log(1 + (sentences.size() - in + 0.5) / (in + 0.5)));
    }
    double whole = sum(wanted, weight, Set.of());
    var picked = new ArrayList<Scored>();
    Set<String> covered = new HashSet<>();
    while (picked.size() < limit && whole > 0) {
      double threshold = picked.isEmpty() ? ENOUGH : WORTH_ADDING;
      Scored next =
          candidates.stream()
              .max(
                  Comparator.<Scored>comparingDouble(c -> sum(c.words(), weight, covered))
                      .thenComparing(Scored::index, Comparator.reverseOrder()))
              .filter(c -> sum(c.words(), weight, covered) >= threshold * whole)
              .orElse(null);
      if (next == null) {
        break;
      }
      candidates.remove(next);
      picked.add(next);
      covered.addAll(next.words());
    }
    return picked.stream()
        .sorted(Comparator.comparingInt(Scored::index))
        .map(Scored::sentence)
        .toList();
  }

  private static double sum(Set<String> words, Map<String, Double> weight, Set<String> without) {
    return words.stream()
        .filter(word -> !without.contains(word))
        .mapToDouble(word -> weight.getOrDefault(word, 0.0))
        .sum();
  }
}
