package io.weir.messaging;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubjectTemplateTest {
  private final SubjectTemplate template = new SubjectTemplate("bc.{id}.created");

  @Test
  void parametersBecomeTokensInASubjectAndWildcardsInASubscription() {
    assertEquals("bc.b-1.created", template.with("b-1").name());
    assertEquals("bc.*.created", template.wildcard());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a.b", "*", ">", "a b", "ä", "a\n"})
  void aValueThatIsNoSingleTokenIsRefused(String value) {
    assertThrows(IllegalArgumentException.class, () -> template.with(value));
  }

  @Test
  void theNumberOfValuesMustFit() {
    assertThrows(IllegalArgumentException.class, template::with);
    assertThrows(IllegalArgumentException.class, () -> template.with("a", "b"));
  }

  @Test
  void aTemplateWithAWildcardOfItsOwnIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new SubjectTemplate("bc.*.created"));
    assertThrows(IllegalArgumentException.class, () -> new SubjectTemplate("bc..created"));
  }

  @Test
  void onlyAFixedTokenMayBelongToTheServersOwnSubjects() {
    var template = new SubjectTemplate("$JS.EVENT.{stream}");
    assertEquals("$JS.EVENT.*", template.wildcard());
    assertThrows(IllegalArgumentException.class, () -> template.with("$x"));
    assertThrows(IllegalArgumentException.class, () -> new SubjectTemplate("$.a"));
  }

  @Test
  void aSubjectHasABoundedLength() {
    assertThrows(IllegalArgumentException.class, () -> template.with("x".repeat(600)));
  }
}
