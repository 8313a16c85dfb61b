package io.weir.entity.pipeline.recognise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.entity.pipeline.recognise.TextField.Kind;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapitalisedPhrasesTest {
  private static String phrases(String text) {
    var field = new TextField("content", text, Kind.PROSE);
    var recogniser =
        new CapitalisedPhrases(CaseEvidence.of(List.of(field)), KnownNames.givenNames());
    return recogniser.recognise(field).stream()
        .map(entity -> entity.type().name().charAt(0) + ":" + entity.text())
        .collect(Collectors.joining("|"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          we met Dr. Ada Lovelace there; P:Ada Lovelace
          the letter of Prof. J. R. R. Tolkien; P:J. R. R. Tolkien
          a contract with Acme Robotics GmbH was signed; O:Acme Robotics GmbH
          bought by Initech, Inc. last year; O:Initech, Inc
          studied at the University of Arts in Basel; O:University of Arts|C:Basel
          the news that Grace Hopper wrote; P:Grace Hopper
          along the Amazon River; P:Amazon River
          made by Johnson & Johnson; C:Johnson & Johnson
          yesterday Satya Nadella said so; P:Satya Nadella
          they use NATS for it; C:NATS
          nothing here is a name;
          """)
  void namesAreTypedByTheirCues(String text, String expected) {
    assertEquals(expected == null ? "" : expected, phrases(text));
  }

  @Test
  void aSentencesFirstWordIsNoNameWhereItIsWrittenSmallElsewhere() {
    assertEquals("", phrases("Servers fail. When they do, the servers restart."));
    assertEquals("C:Kubernetes", phrases("Kubernetes restarts it. It is what we use."));
  }

  @Test
  void aVerbThatOpensASentenceIsNotPartOfTheName() {
    assertEquals("C:Initech", phrases("Visited Initech today."));
    assertEquals("P:Grace Hopper", phrases("Yesterday Grace Hopper spoke."));
  }

  @Test
  void anArticleIsNotPartOfTheName() {
    assertEquals("C:Rosetta Stone", phrases("The Rosetta Stone is old."));
  }

  @Test
  void sentencesInCapitalsGiveNone() {
    assertEquals("", phrases("THE QUICK BROWN FOX JUMPS OVER JOHN SMITH"));
  }

  @Test
  void headingsInTitleCaseGiveOnlyWhatTheTextSupports() {
    assertEquals("", phrases("Seven Simple Rules For Better Sleeping Habits"));
    assertEquals(
        "C:Rosetta Stone",
        phrases(
            "Seven Simple Rules For Better Reading\n\nthey are written on the Rosetta Stone here"));
  }

  @Test
  void scriptsWithoutCapitalsGiveNone() {
    assertEquals("", phrases("今天天气很好。"));
  }

  @Test
  void theMachinesLocaleChangesNothing() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.of("tr", "TR"));
      assertEquals("O:Initech, Inc", phrases("bought by Initech, Inc. last year"));
    } finally {
      Locale.setDefault(before);
    }
  }
}
