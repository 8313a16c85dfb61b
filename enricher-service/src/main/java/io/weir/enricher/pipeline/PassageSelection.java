package io.weir.enricher.pipeline;

import com.ibm.icu.util.ULocale;
import io.weir.enricher.pipeline.Selection.Budget;
import io.weir.enricher.pipeline.Selection.Dropped;
import io.weir.proto.v1.Passage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Selects sentences, not documents: within a small budget that finds far more of the evidence. A
 * sentence scores by the words that it shares with the request, each weighted by how rare it is
 * among all sentences (inverse document frequency); the order of the documents breaks ties.
 */
public final class PassageSelection {
  /** Four characters a token, rounded up: an estimate that needs no model's vocabulary. */
  public static final String TOKENIZER = "chars/4";

  private static final int DROPPED_SHOWN = 20;

  private record Candidate(
      int position,
      Document document,
      Document.Field field,
      Sentences.Span span,
      Set<String> words) {
    String text() {
      return field.text().substring(span.start(), span.end());
    }
  }

  private record Scored(Candidate candidate, double score) {}

  private PassageSelection() {}

  /**
   * Selects within the budget; equal arguments give equal selections.
   *
   * @param request what the request is about
   * @param documents as retrieved, best first
   * @param maxTokens what the passages may cost together, counted by {@link #TOKENIZER}
   * @param locale by whose rules sentences end
   */
  public static Selection select(
      String request, List<Document> documents, int maxTokens, ULocale locale) {
    List<Candidate> candidates = candidates(documents, locale);
    Map<String, Double> weights = weights(Words.of(request), candidates);
    List<Scored> related =
        candidates.stream()
            .map(candidate -> new Scored(candidate, score(candidate, weights)))
            .filter(scored -> scored.score() > 0)
            .sorted(
                Comparator.comparingDouble(Scored::score)
                    .reversed()
                    .thenComparingInt(scored -> scored.candidate().position()))
            .toList();

    var seen = new HashSet<String>();
    var chosen = new ArrayList<Scored>();
    var dropped = new ArrayList<Dropped>();
    int used = 0;
    for (Scored scored : related) {
      int tokens = tokens(scored.candidate().text());
      if (!seen.add(normalised(scored.candidate().text()))) {
        drop(scored.candidate(), "duplicate", dropped);
      } else if (used + tokens > maxTokens) {
        drop(scored.candidate(), "budget", dropped);
      } else {
        chosen.add(scored);
        used += tokens;
      }
    }
    chosen.sort(Comparator.comparingInt(scored -> scored.candidate().position()));
    return new Selection(
        passages(chosen),
        dropped,
        candidates.size() - related.size(),
        new Budget(maxTokens, used, TOKENIZER));
  }

  static int tokens(String text) {
    return (text.length() + 3) / 4;
  }

  private static List<Candidate> candidates(List<Document> documents, ULocale locale) {
    var candidates = new ArrayList<Candidate>();
    for (Document document : documents) {
      for (Document.Field field : document.fields()) {
        for (Sentences.Span span : Sentences.of(field.text(), locale)) {
          Set<String> words = Words.of(field.text().substring(span.start(), span.end()));
          candidates.add(new Candidate(candidates.size(), document, field, span, words));
        }
      }
    }
    return candidates;
  }

  // ln(1 + (N - n + 0.5) / (n + 0.5)), the form of BM25 that never goes below zero.
  private static Map<String, Double> weights(Set<String> request, List<Candidate> candidates) {
    var weights = new HashMap<String, Double>();
    for (String word : request) {
      long n = candidates.stream().filter(c -> c.words().contains(word)).count();
      if (n > 0) {
        weights.put(word, Math.log1p((candidates.size() - n + 0.5) / (n + 0.5)));
      }
    }
    return weights;
  }

  // Divided by a slow-growing length, so that a long sentence doesn't win by its length alone.
  private static double score(Candidate candidate, Map<String, Double> weights) {
    double shared =
        candidate.words().stream().mapToDouble(word -> weights.getOrDefault(word, 0.0)).sum();
    return shared / Math.log(Math.E + candidate.words().size());
  }

  private static String normalised(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }

  private static void drop(Candidate candidate, String reason, List<Dropped> dropped) {
    if (dropped.size() < DROPPED_SHOWN) {
      dropped.add(
          new Dropped(
              candidate.document().id(),
              candidate.document().version(),
              candidate.field().name(),
              candidate.span().start(),
              candidate.span().end(),
              reason));
    }
  }

  private static List<Passage> passages(List<Scored> chosen) {
    var passages = new ArrayList<Passage>();
    for (Scored scored : chosen) {
      Candidate candidate = scored.candidate();
      passages.add(
          Passage.newBuilder()
              .setId("p" + (passages.size() + 1))
              .setSourceId(candidate.document().id())
              .setSourceVersion(candidate.document().version())
              .setField(candidate.field().name())
              .setStart(candidate.span().start())
              .setEnd(candidate.span().end())
              .setExcerpt(candidate.text())
              .setScore(Math.round(scored.score() * 1e4) / 1e4)
              .setTokens(tokens(candidate.text()))
              .build());
    }
    return passages;
  }
}
