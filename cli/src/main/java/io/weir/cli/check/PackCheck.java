package io.weir.cli.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A context pack: the brand's rules are kept, it knows its market, and what it cites is there. */
public final class PackCheck {

  private PackCheck() {}

  /**
   * What a pack must hold.
   *
   * @param localeFact occurs in a fact or culture note, such as the currency of the market
   * @param documents that were put in, by id; its passages come from them
   */
  public record Wanted(
      String locale,
      List<String> bannedWords,
      List<String> legalGuidelines,
      String localeFact,
      Map<String, TextDocument> documents) {}

  /** Checks a pack as the enricher's HTTP interface shows it. */
  public static Verdict of(Wanted wanted, JsonNode view) {
    var book = new Verdict.Notebook();
    JsonNode pack = view.path("pack");
    book.expect(
        pack.path("locale").asText().equals(wanted.locale()),
        "the pack is for locale \"%s\"".formatted(pack.path("locale").asText()));
    for (String word : wanted.bannedWords()) {
      book.expect(
          holds(pack.path("banned_words"), word), "banned word \"%s\" is lost".formatted(word));
    }
    for (String guideline : wanted.legalGuidelines()) {
      book.expect(
          holds(pack.path("legal_guidelines"), guideline),
          "legal guideline \"%s\" is lost".formatted(guideline));
    }
    book.expect(
        mentions(pack.path("facts"), wanted.localeFact())
            || mentions(pack.path("culture_notes"), wanted.localeFact()),
        "nothing about %s, which the market has".formatted(wanted.localeFact()));
    passages(wanted, pack, book);
    return book.verdict();
  }

  private static void passages(Wanted wanted, JsonNode pack, Verdict.Notebook book) {
    Set<String> cited = new HashSet<>();
    pack.path("insights").forEach(i -> i.path("cites").forEach(id -> cited.add(id.asText())));
    boolean someCited = false;
    boolean someOfOurs = false;
    for (JsonNode passage : pack.path("passages")) {
      someCited |= cited.contains(passage.path("id").asText());
      // By its text: an earlier run may have left the same document under another id.
      someOfOurs |= wanted.documents().values().stream().anyMatch(d -> isFrom(d, passage));
      TextDocument source = wanted.documents().get(passage.path("source_id").asText());
      book.expect(
          source == null || isFrom(source, passage),
          "the place of the passage \"%s\" leads elsewhere"
              .formatted(passage.path("excerpt").asText()));
    }
    book.expect(someOfOurs, "no passage of the documents is in it");
    // A model is asked to cite but decides itself; without one the citations are ours.
    if (pack.path("mode").asText().equals("offline")) {
      book.expect(someCited, "no passage is cited");
    } else if (!someCited) {
      book.note("the model cited none of the passages");
    }
  }

  private static boolean isFrom(TextDocument document, JsonNode passage) {
    String field = document.field(passage.path("field").asText());
    int start = passage.path("start").asInt();
    int end = passage.path("end").asInt();
    return start < end
        && end <= field.length()
        && field.substring(start, end).equals(passage.path("excerpt").asText());
  }

  private static boolean holds(JsonNode texts, String wanted) {
    for (JsonNode text : texts) {
      if (text.asText().equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mentions(JsonNode items, String wanted) {
    for (JsonNode item : items) {
      if (item.path("text").asText(item.asText()).contains(wanted)) {
        return true;
      }
    }
    return false;
  }
}
