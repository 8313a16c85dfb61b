package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanguageTest {
  @Test
  void usual_spellings_are_understood_in_any_case() {
    assertEquals(Optional.of(Language.JAVASCRIPT), Language.parse("JS"));
    assertEquals(Optional.of(Language.CPP), Language.parse("C++"));
    assertEquals(Optional.of(Language.CSHARP), Language.parse("c#"));
    assertEquals(Optional.of(Language.GO), Language.parse(" Golang "));
    assertEquals(Optional.empty(), Language.parse("cobol"));
  }

  @Test
  void a_path_tells_its_language_by_its_ending() {
    assertEquals(Optional.of(Language.TYPESCRIPT), Language.ofPath("src/App.TSX"));
    assertEquals(Optional.of(Language.PYTHON), Language.ofPath("C:\\work\\a.py"));
    assertEquals(Optional.empty(), Language.ofPath("Makefile"));
    assertEquals(Optional.empty(), Language.ofPath(""));
  }

  @Test
  void a_linter_sees_the_ending_of_the_path_only_when_it_belongs_to_the_language() {
    assertEquals("tsx", Language.TYPESCRIPT.endingFor("a.tsx"));
    assertEquals("ts", Language.TYPESCRIPT.endingFor("a.py"));
    assertEquals("js", Language.JAVASCRIPT.endingFor(""));
  }
}
