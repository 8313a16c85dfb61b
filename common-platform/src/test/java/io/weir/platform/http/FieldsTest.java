package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class FieldsTest {
  enum Kind {
    REVIEW,
    DEBUG
  }

  record Order(String user, Kind kind, Optional<String> note, int limit, List<String> tags) {}

  private static Order order(Fields fields) {
    return new Order(
        fields.text("user_id", 10),
        fields.choice("kind", Kind.class),
        fields.optionalText("note", 20),
        fields.integer("limit", 5, 1, 9),
        fields.texts("tags", 2, 3));
  }

  @Test
  void aGoodObjectIsReadWithItsFallbacks() {
    assertEquals(
        new Order("ada", Kind.DEBUG, Optional.empty(), 5, List.of("a", "b")),
        read(
            "{'user_id':'ada','kind':'debug','note':null,'tags':['a','b'],'more':1}",
            FieldsTest::order));
  }

  @Test
  void allMistakesAreToldAtOnceEachWithItsPath() {
    assertEquals(
        List.of(
            new FieldError("user_id", "required"),
            new FieldError("kind", "wanted is one of review, debug, got \"deploy\""),
            new FieldError("limit", "wanted is a whole number from 1 to 9, got 2.5"),
            new FieldError("tags[1]", "wanted is text, got 7")),
        errors("{'kind':'deploy','limit':2.5,'tags':['a',7]}", FieldsTest::order));
  }

  @Test
  void aBlankRequiredTextIsNoText() {
    assertEquals(
        List.of(new FieldError("user_id", "required, but blank")),
        errors("{'user_id':'  ','kind':'debug'}", FieldsTest::order));
  }

  @Test
  void lengthsAndCountsAreHeld() {
    assertEquals(
        List.of(
            new FieldError("user_id", "at most 10 characters, got 11"),
            new FieldError("tags", "at most 2 items, got 3")),
        errors("{'user_id':'01234567890','kind':'debug','tags':['','','']}", FieldsTest::order));
  }

  @Test
  void aLongWrongValueIsNotRepeatedToTheClient() {
    String secret = "s".repeat(100);
    assertEquals(
        List.of(new FieldError("kind", "wanted is one of review, debug, got a JSON string")),
        errors("{'user_id':'ada','kind':'" + secret + "'}", FieldsTest::order));
  }

  @Test
  void fieldsOfInnerObjectsAreNamedByTheirWholePath() {
    assertEquals(
        List.of(
            new FieldError("metadata.origin", "required"),
            new FieldError("items[1].user_id", "required"),
            new FieldError("items[2]", "wanted is an object, got 3")),
        errors(
            "{'metadata':{},'items':[{'user_id':'x'},{},3]}",
            fields -> {
              fields.object("metadata", inner -> inner.text("origin", 5));
              return fields.objects("items", 5, inner -> inner.text("user_id", 5));
            }));
  }

  @Test
  void halfASurrogatePairIsRefusedBecauseItCannotBeStored() {
    assertEquals(
        List.of(new FieldError("user_id", "not valid Unicode text: half of a surrogate pair")),
        errors("{'user_id':'\\ud83d','kind':'debug'}", FieldsTest::order));
    assertEquals("😀", read("{'user_id':'\\ud83d\\ude00'}", f -> f.text("user_id", 2)));
  }

  @Test
  void aReadingThatTripsOverAStandInStillTellsTheFields() {
    assertEquals(
        List.of(new FieldError("user_id", "required")),
        errors("{}", fields -> fields.text("user_id", 5).charAt(0)));
  }

  @Test
  void aFaultOfTheReadingItselfIsNoMistakeOfTheClient() {
    assertThrows(
        IllegalStateException.class,
        () ->
            read(
                "{}",
                fields -> {
                  throw new IllegalStateException("a bug");
                }));
  }

  @Test
  void numbersOutsideTheirTypeAreMistakesNotFaults() {
    for (String number : List.of("99999999999", "1e400", "'x'", "true", "[]", "-3")) {
      assertEquals(
          1, errors("{'limit':" + number + "}", f -> f.integer("limit", 1, 0, 9)).size(), number);
    }
  }

  @Test
  void brokenJsonIsToldWithLineAndColumn() {
    var thrown =
        assertThrows(ProblemException.class, () -> JsonBody.parse(utf8("{\n  \"a\": 1,\n  b: 2}")));
    assertEquals(400, thrown.problem().status());
    assertTrue(thrown.problem().detail().contains("at line 3, column "), thrown.problem().detail());
  }

  @Test
  void twiceTheSameNameTrailingTextAndOtherKindsOfJsonAreRefused() {
    for (String body :
        List.of("{\"a\":1,\"a\":2}", "{} {}", "[1]", "3", "null", "", "{\"a\":\"\u0001\"}")) {
      var thrown = assertThrows(ProblemException.class, () -> JsonBody.parse(utf8(body)), body);
      assertEquals(400, thrown.problem().status(), body);
    }
  }

  @Test
  void deeplyNestedJsonIsRefusedAndBreaksNothing() {
    assertEquals(
        400,
        assertThrows(ProblemException.class, () -> JsonBody.parse(utf8("{\"a\":".repeat(50_000))))
            .problem()
            .status());
  }

  private static <T> T read(String json, Function<Fields, T> reading) {
    return Fields.read(JsonBody.parse(utf8(json.replace('\'', '"'))), reading);
  }

  private static <T> List<FieldError> errors(String json, Function<Fields, T> reading) {
    var thrown = assertThrows(ProblemException.class, () -> read(json, reading));
    assertEquals(400, thrown.problem().status());
    return thrown.problem().errors();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
