package io.weir.entity.pipeline.recognise;

import io.weir.entity.pipeline.text.Word;
import java.util.List;
import java.util.Set;

/**
 * Tells from the words in and around a capitalised phrase what it names. Plain cues that a reader
 * would give as a reason; without one, a phrase is a concept. Immutable.
 */
final class NameCues {
  /** Titles: the name begins behind them. */
  static final Set<String> TITLES =
      Set.of(
          "dr",
          "mr",
          "mrs",
          "ms",
          "prof",
          "professor",
          "sir",
          "lady",
          "lord",
          "president",
          "minister",
          "chancellor",
          "senator",
          "judge",
          "captain",
          "general",
          "king",
          "queen",
          "prince",
          "princess",
          "pope",
          "ceo",
          "cto",
          "cfo",
          "director",
          "engineer",
          "sergeant",
          "saint");

  /** What companies put behind their name. */
  static final Set<String> CORPORATE =
      Set.of(
          "gmbh",
          "inc",
          "ltd",
          "llc",
          "llp",
          "corp",
          "plc",
          "ag",
          "se",
          "sa",
          "nv",
          "bv",
          "kg",
          "oy",
          "ab",
          "spa",
          "srl",
          "limited",
          "incorporated",
          "co");

  private static final Set<String> ORGANISATION =
      Set.of(
          "university",
          "institute",
          "bank",
          "ministry",
          "department",
          "committee",
          "association",
          "foundation",
          "council",
          "agency",
          "corporation",
          "company",
          "group",
          "labs",
          "laboratory",
          "college",
          "school",
          "hospital",
          "society",
          "union",
          "commission",
          "party",
          "office",
          "organization",
          "organisation",
          "federation",
          "airlines",
          "airways",
          "systems",
          "technologies",
          "industries",
          "partners",
          "holdings",
          "insurance",
          "times",
          "press",
          "museum",
          "court",
          "parliament",
          "robotics",
          "logistics",
          "software",
          "consulting",
          "ventures",
          "studios",
          "motors",
          "pharma",
          "energy",
          "bakery");
  private static final Set<String> PLACE_ENDINGS =
      Set.of(
          "river",
          "lake",
          "street",
          "avenue",
          "road",
          "square",
          "city",
          "county",
          "island",
          "islands",
          "mountains",
          "mountain",
          "valley",
          "bay",
          "sea",
          "ocean",
          "desert",
          "bridge",
          "park",
          "airport",
          "station",
          "harbour",
          "harbor",
          "province");
  private static final Set<String> PLACE_BEGINNINGS =
      Set.of("mount", "lake", "river", "fort", "port", "cape", "isle");
  private static final Set<String> SPEECH =
      Set.of(
          "said",
          "says",
          "wrote",
          "told",
          "asked",
          "explained",
          "argued",
          "joined",
          "replied",
          "thinks",
          "born",
          "presented");

  private final Set<String> givenNames;

  NameCues(Set<String> givenNames) {
    this.givenNames = Set.copyOf(givenNames);
  }

  /** Whether {@code words} already are somebody's name, so that "of" says where from. */
  boolean isPerson(List<Word> words) {
    boolean titled = words.size() > 1 && TITLES.contains(words.getFirst().lower());
    return titled || givenNames.contains(words.getFirst().text());
  }

  /** A type with the confidence that its cue deserves. */
  record Guess(EntityType type, double confidence) {}

  /**
   * What {@code phrase} names.
   *
   * @param afterTitle whether a title such as "Dr." stands before it
   * @param next the lower-case word behind it, or an empty text
   */
  Guess guess(List<Word> phrase, boolean afterTitle, String next) {
    String first = phrase.getFirst().lower();
    String last = phrase.getLast().lower();
    if (phrase.size() > 1 && CORPORATE.contains(last)) {
      return new Guess(EntityType.ORGANISATION, 0.95);
    }
    if (afterTitle) {
      return new Guess(EntityType.PERSON, 0.9);
    }
    if (phrase.size() > 1 && PLACE_ENDINGS.contains(last)) {
      return new Guess(EntityType.PLACE, 0.75);
    }
    if (phrase.size() > 1 && (ORGANISATION.contains(last) || ORGANISATION.contains(first))) {
      return new Guess(EntityType.ORGANISATION, 0.8);
    }
    if (phrase.size() > 1 && PLACE_BEGINNINGS.contains(first)) {
      return new Guess(EntityType.PLACE, 0.75);
    }
    boolean named = givenNames.contains(phrase.getFirst().text());
    if (named && phrase.size() <= 4) {
      return new Guess(EntityType.PERSON, phrase.size() > 1 ? 0.85 : 0.6);
    }
    if (phrase.size() > 1 && phrase.size() <= 3 && SPEECH.contains(next)) {
      return new Guess(EntityType.PERSON, 0.7);
    }
    return new Guess(EntityType.CONCEPT, phrase.size() > 1 ? 0.6 : 0.5);
  }
}
