package io.weir.entity.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.entity.pipeline.recognise.Entity;
import io.weir.entity.pipeline.recognise.EntityType;
import io.weir.entity.pipeline.recognise.TextField;
import io.weir.entity.pipeline.recognise.TextField.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OfflineExtractorTest {
  private static final OfflineExtractor EXTRACTOR = new OfflineExtractor();

  // What breaks offsets: astral letters, flags, families, combining marks, joiners, scripts, lone
  // surrogates.
  private static final List<String> PIECES =
      List.of(
          "Acme GmbH",
          "Dr. Ada Lovelace",
          "😀",
          "👨‍👩‍👧",
          "🇩🇪",
          "e\u0301",
          "日本語",
          "東京タワー",
          "한국어",
          "ไทย",
          "\u200D",
          "İstanbul",
          "ß",
          "ﬁn",
          "𝒜𝓁𝒾𝒸𝑒",
          "https://example.org/ä",
          "bob@example.com",
          "2026-11-21",
          "CVE-2024-1234",
          "order.placed.v1",
          "parseConfig()",
          "snake_case",
          "$5 million",
          "+49 30 1234567",
          "Berlin",
          "api",
          "capital",
          ". ",
          ", ",
          "\n\n",
          "\n- ",
          "\t",
          " ",
          " ",
          " ",
          "\uD83D",
          "\uDE00",
          "'s",
          "the",
          "of",
          "New York",
          "PostgreSQL 16",
          "(",
          ")",
          "“",
          "”",
          "🧑🏽‍🚀 Apollo 11",
          "\u202Eabc",
          "Ω",
          "Ж",
          "a\u0308\u0323");

  private static Extraction extract(String content) {
    return EXTRACTOR.extract(
        new Document("", List.of(new TextField("content", content, Kind.PROSE))));
  }

  private static void assertSound(Document document, Extraction extraction) {
    Entity previous = null;
    for (Entity entity : extraction.entities()) {
      TextField field =
          document.fields().stream()
              .filter(one -> one.name().equals(entity.field()))
              .findFirst()
              .orElseThrow();
      assertEquals(entity.text(), field.text().substring(entity.start(), entity.end()));
      if (previous != null && previous.field().equals(entity.field())) {
        assertTrue(previous.end() <= entity.start(), () -> "overlap at " + entity);
      }
      previous = entity;
    }
    assertEquals(List.copyOf(new TreeSet<>(extraction.keywords())), extraction.keywords());
    for (String keyword : extraction.keywords()) {
      assertEquals(keyword.toLowerCase(Locale.ROOT), keyword);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyMentionStandsWhereItSaysWhateverTheScript(long seed) {
    var random = new Random(seed);
    for (int round = 0; round < 40; round++) {
      var fields = new ArrayList<TextField>();
      for (String name : List.of("title", "content", "code")) {
        var text = new StringBuilder();
        for (int i = random.nextInt(40); i >= 0; i--) {
          text.append(PIECES.get(random.nextInt(PIECES.size())));
          if (random.nextBoolean()) {
            text.append(' ');
          }
          if (random.nextInt(8) == 0) {
            text.appendCodePoint(random.nextInt(0x3000));
          }
        }
        Kind kind = name.equals("code") ? Kind.CODE : Kind.PROSE;
        fields.add(new TextField(name, text.toString(), kind));
      }
      var document = new Document("", fields);
      assertSound(document, EXTRACTOR.extract(document));
    }
  }

  @Test
  void aDocumentGivesItsNamesWithTheirTypes() {
    Extraction extraction =
        extract(
            "Dr. Ada Lovelace of Acme Robotics GmbH flew from Berlin to New York on 2026-03-14. "
                + "She paid $5 million for PostgreSQL 16 support; write to ada@acme.example.");
    var found =
        extraction.entities().stream()
            .filter(entity -> entity.type() != EntityType.CONCEPT)
            .map(entity -> entity.type().wireName() + ":" + entity.text())
            .toList();
    assertEquals(
        List.of(
            "person:Ada Lovelace",
            "organisation:Acme Robotics GmbH",
            "place:Berlin",
            "place:New York",
            "date:2026-03-14",
            "quantity:$5 million",
            "product:PostgreSQL 16",
            "email:ada@acme.example"),
        found);
  }

  @Test
  void keywordsAreWholeWordsNeverPartsOfThem() {
    List<String> keywords =
        extract("The capital of the apiary hired a therapist rapidly.").keywords();
    assertFalse(keywords.contains("api"), keywords::toString);
    assertTrue(extract("Our api answers fast.").keywords().contains("api"));
  }

  @Test
  void numbersAndDaysAreNoKeywords() {
    assertEquals(List.of(), extract("It took 5 days until 2026-03-14.").keywords());
  }

  @Test
  void keyphrasesAreWhatRepeatsNotWhatIsCommon() {
    Extraction extraction =
        extract(
            "A message broker stores messages. The message broker hands a message to one consumer group. "
                + "Every consumer group of the message broker has its own position.");
    List<String> phrases =
        extraction.entities().stream()
            .filter(entity -> entity.source().equals("keyphrase"))
            .map(Entity::text)
            .toList();
    assertEquals("message broker", phrases.getFirst());
    assertTrue(phrases.contains("consumer group"), phrases::toString);
    assertFalse(phrases.contains("every"), phrases::toString);
  }

  @Test
  void keyphrasesNeverCoverWhatIsAnEntityAlready() {
    Extraction extraction =
        extract("berlin office lease. Berlin Tempelhof office lease, office lease.");
    assertSound(
        new Document(
            "",
            List.of(
                new TextField(
                    "content",
                    "berlin office lease. Berlin Tempelhof office lease, office lease.",
                    Kind.PROSE))),
        extraction);
    assertTrue(extraction.keywords().contains("office lease"), extraction.keywords()::toString);
  }

  @Test
  void emptyAndBlankDocumentsGiveAnEmptyResult() {
    assertEquals(new Extraction(List.of(), List.of()), extract(""));
    assertEquals(new Extraction(List.of(), List.of()), extract(" \n\t "));
    assertEquals(
        new Extraction(List.of(), List.of()), EXTRACTOR.extract(new Document("", List.of())));
  }

  @Test
  void onlyTheNamedFieldsAreRead() throws Exception {
    Document document =
        Document.of(
            "note.v1",
            "A title",
            new ObjectMapper()
                .readTree(
                    "{\"content\":\"c\",\"summary\":\"s\",\"code\":\"x\",\"secret\":\"Ada\",\"description\":7}"));
    assertEquals(
        List.of("title", "content", "summary", "code"),
        document.fields().stream().map(TextField::name).toList());
    assertEquals(Kind.CODE, document.fields().getLast().kind());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(((((",
        ")))))",
        "https://a)",
        "a@",
        "1.",
        "2026-",
        "A ",
        "a_",
        "::",
        "\uD83D",
        "漢",
        "Dr. ",
        "www.a.",
        "/a",
        "$1,"
      })
  void repetitionsNeitherOverflowTheStackNorTakeQuadraticTime(String piece) {
    String text = piece.repeat(20_000 / piece.length());
    assertTimeout(Duration.ofSeconds(10), () -> extract(text));
  }

  @Test
  void mentionsAreBoundedInNumberAndLength() {
    Extraction many = extract("see CVE-2024-1234, ".repeat(2_000));
    assertEquals(OfflineExtractor.MOST_ENTITIES, many.entities().size());
    Extraction longOne = extract("see https://example.org/" + "a".repeat(10_000));
    assertTrue(
        longOne.entities().stream().allMatch(e -> e.length() <= OfflineExtractor.LONGEST_MENTION));
  }

  @Test
  void theHashTellsFieldsApartAndIgnoresTheRest() {
    var one =
        new Document(
            "s",
            List.of(
                new TextField("title", "ab", Kind.PROSE),
                new TextField("content", "c", Kind.PROSE)));
    var two =
        new Document(
            "s",
            List.of(
                new TextField("title", "a", Kind.PROSE),
                new TextField("content", "bc", Kind.PROSE)));
    assertEquals(ContentHash.of(one), ContentHash.of(new Document("s", one.fields())));
    assertFalse(ContentHash.of(one).equals(ContentHash.of(two)));
    assertFalse(ContentHash.of(one).equals(ContentHash.of(new Document("t", one.fields()))));
  }
}
