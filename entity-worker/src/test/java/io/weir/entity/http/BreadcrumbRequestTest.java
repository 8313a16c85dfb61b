package io.weir.entity.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.http.FieldError;
import io.weir.platform.http.ProblemException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BreadcrumbRequestTest {
  private static ObjectNode json(String text) throws JsonProcessingException {
    return (ObjectNode) new ObjectMapper().readTree(text);
  }

  @Test
  void aTitleIsEnough() throws Exception {
    BreadcrumbRequest request = BreadcrumbRequest.read(json("{\"title\": \"T\"}"));
    assertEquals("T", request.content().title());
    assertTrue(request.content().context().isEmpty());
    assertTrue(request.owner().isEmpty());
  }

  @Test
  void repeatedTagsCountOnce() throws Exception {
    assertEquals(
        List.of("b", "a"),
        BreadcrumbRequest.read(json("{\"title\":\"T\",\"tags\":[\"b\",\"a\",\"b\"]}"))
            .content()
            .tags());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {"context":{}}; title
          {"title":" "}; title
          {"title":"T","context":[1]}; context
          {"title":"T","context":{"a":"\\ud83d"}}; context
          {"title":"T","context":{"\\ude00":1}}; context
          {"title":"T","schema_name":"a b"}; schema_name
          {"title":"T","tags":"x"}; tags
          {"title":"T","tags":[" "]}; tags
          {"title":"T","owner":" "}; owner
          """)
  void whatIsWrongIsNamed(String body, String field) throws Exception {
    ObjectNode json = json(body);
    var refused = assertThrows(ProblemException.class, () -> BreadcrumbRequest.read(json));
    assertEquals(400, refused.problem().status());
    assertEquals(
        List.of(field), refused.problem().errors().stream().map(FieldError::field).toList());
  }

  @Test
  void anIdIsOneSubjectToken() {
    assertTrue(BreadcrumbIds.isValid("0f5a1c52-6f0e-4b5e-8a43-1c0fdc2b9a55"));
    assertTrue(BreadcrumbIds.isValid("k_1"));
    for (String id : List.of("", "a.b", "a b", "ä", ">", "x".repeat(129))) {
      assertFalse(BreadcrumbIds.isValid(id), id);
    }
  }
}
