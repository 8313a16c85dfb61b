package io.weir.review.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.http.FieldError;
import io.weir.platform.http.Json;
import io.weir.platform.http.ProblemException;
import io.weir.review.pipeline.Language;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnqueueRequestTest {
  private static final int MAX = 1_000;
  private static final String KEY = "ghp_" + "a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y";

  @Test
  void secrets_are_masked_wherever_they_come_in() throws JsonProcessingException {
    EnqueueRequest request =
        EnqueueRequest.of(
            body(
                """
                {"user_id": "u1", "job_type": "debug", "file_path": "a.py",
                 "file_content": "T = '%1$s'\\n", "error_log": "token=%1$s\\n",
                 "metadata": {"note": "key %1$s", "password": "correct-horse-1", "nested": [{"x": "%1$s"}]}}
                """
                    .formatted(KEY)),
            MAX);

    assertFalse(request.toString().contains(KEY));
    assertFalse(request.toString().contains("correct-horse"));
    assertEquals("T = '" + "*".repeat(KEY.length()) + "'\n", request.content());
    assertEquals(
        List.of("a.py", "error_log"), request.secrets().stream().map(f -> f.file()).toList());
  }

  @Test
  void the_language_is_taken_from_the_path_when_it_is_not_said() throws JsonProcessingException {
    assertEquals(
        Optional.of(Language.GO),
        read("{'user_id':'u','job_type':'review','file_path':'x.go','file_content':'a'}")
            .language());
    assertEquals(
        Optional.of(Language.CPP),
        read("{'user_id':'u','job_type':'review','language':'C++','file_path':'x.go','file_content':'a'}")
            .language());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'job_type':'review','file_path':'a.py','file_content':'x'}|user_id",
        "{'user_id':'u','job_type':'poem','file_path':'a.py','file_content':'x'}|job_type",
        "{'user_id':'u','job_type':'review','file_path':'a.py'}|file_content",
        "{'user_id':'u','job_type':'review','file_path':'a.cobol','file_content':'x'}|language",
        "{'user_id':'u','job_type':'review','language':'cobol','file_content':'x'}|language",
        "{'user_id':'u','job_type':'debug'}|error_log",
        "{'user_id':'u','job_type':'review','file_path':'a.py','file_content':'x','priority':'now'}|priority",
        "{'user_id':'u','job_type':'review','file_path':'a.py','file_content':'x','metadata':[]}|metadata",
        "{'user_id':'u','job_type':'review','file_path':'a.py','file_content':7}|file_content",
      })
  void a_wrong_field_is_named(String json, String field) {
    var refused = assertThrows(ProblemException.class, () -> read(json));
    assertEquals(400, refused.problem().status());
    assertEquals(
        List.of(field),
        refused.problem().errors().stream().map(FieldError::field).distinct().toList());
  }

  @Test
  void a_file_over_the_limit_is_too_large_in_bytes_not_in_characters() {
    String body =
        "{'user_id':'u','job_type':'review','file_path':'a.py','file_content':'"
            + "é".repeat(501)
            + "'}";
    var refused = assertThrows(ProblemException.class, () -> read(body));
    assertEquals(413, refused.problem().status());
  }

  private static EnqueueRequest read(String json) throws JsonProcessingException {
    return EnqueueRequest.of(body(json.replace('\'', '"')), MAX);
  }

  private static ObjectNode body(String json) throws JsonProcessingException {
    return (ObjectNode) Json.mapper().readTree(json);
  }
}
