package io.weir.entity.pipeline;

import io.weir.entity.pipeline.recognise.CapitalisedPhrases;
import io.weir.entity.pipeline.recognise.CaseEvidence;
import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.pipeline.recognise.EntityType;
import io.weir.entity.pipeline.recognise.KnownNames;
import io.weir.entity.pipeline.recognise.Recogniser;
import io.weir.entity.pipeline.recognise.Recognisers;
import io.weir.entity.pipeline.recognise.TextField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Extraction by rules and statistics alone: no model, no network. Recognisers first, then
 * capitalised phrases, then keyphrases where nothing stands yet. Bounded: at most {@value
 * #MOST_ENTITIES} mentions a document, none longer than {@value #LONGEST_MENTION} code units.
 */
public final class OfflineExtractor implements Extractor {
  /** Goes up with every change of the rules or word lists. */
  public static final String EXTRACTOR_VERSION = "offline-1";

  static final int MOST_ENTITIES = 1_000;
  static final int LONGEST_MENTION = 512;
  private static final int MOST_KEYPHRASES = 20;
  private static final int WORDS_FOR_ONE_KEYPHRASE = 40;
  private static final double KEYPHRASE_CONFIDENCE = 0.5;

  private final List<Recogniser> recognisers;
  private final Set<String> givenNames;

  /** With the names that come with the program. */
  public OfflineExtractor() {
    this.recognisers = Recognisers.all(KnownNames.gazetteer());
    this.givenNames = KnownNames.givenNames();
  }

  @Override
  public String version() {
    return EXTRACTOR_VERSION;
  }

  @Override
  public Extraction extract(Document document) {
    var phrases = new CapitalisedPhrases(CaseEvidence.of(document.fields()), givenNames);
    var mentions = new ArrayList<Entity>();
    for (TextField field : document.fields()) {
      for (Recogniser recogniser : recognisers) {
        mentions.addAll(recogniser.recognise(field));
      }
      mentions.addAll(phrases.recognise(field));
    }
    mentions.removeIf(mention -> mention.length() > LONGEST_MENTION);
    List<Entity> entities = new ArrayList<>(Overlaps.resolve(mentions));
    entities.addAll(keyphrases(document, entities));
    return result(document, entities);
  }

  private static List<Entity> keyphrases(Document document, List<Entity> entities) {
    var taken = new Overlaps();
    entities.forEach(taken::add);
    int length = document.fields().stream().mapToInt(field -> field.text().length()).sum();
    int most = Math.min(MOST_KEYPHRASES, 3 + length / 6 / WORDS_FOR_ONE_KEYPHRASE);
    return Keyphrases.of(document, taken, most).stream()
        .map(
            phrase ->
                Entity.at(
                    phrase.field(),
                    phrase.start(),
                    phrase.end(),
                    EntityType.CONCEPT,
                    KEYPHRASE_CONFIDENCE * phrase.score(),
                    "keyphrase"))
        .filter(mention -> mention.length() <= LONGEST_MENTION)
        .toList();
  }

  private static Extraction result(Document document, List<Entity> entities) {
    Map<String, Integer> order = new HashMap<>();
    document.fields().forEach(field -> order.putIfAbsent(field.name(), order.size()));
    List<Entity> inOrder =
        entities.stream()
            .sorted(
                Comparator.<Entity>comparingInt(entity -> order.getOrDefault(entity.field(), 0))
                    .thenComparingInt(Entity::start))
            .limit(MOST_ENTITIES)
            .toList();
    return new Extraction(inOrder, EntityKeywords.of(inOrder));
  }
}
