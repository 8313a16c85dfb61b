package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class JsonRedactionTest {
  private static String masked(String json) throws JsonProcessingException {
    return JsonRedaction.of((ObjectNode) new ObjectMapper().readTree(json)).tree().toString();
  }

  @Test
  void what_stands_under_a_secret_name_is_masked_however_deep_and_numbers_too()
      throws JsonProcessingException {
    String shown =
        masked(
            """
            {"password": 48151623, "db_password": {"value": "Zq8pLw93kX", "more": ["Zq9pLw93kX"]}}
            """);
    for (String secret : new String[] {"48151623", "Zq8pLw93kX", "Zq9pLw93kX"}) {
      assertFalse(shown.contains(secret), shown);
    }
  }

  @Test
  void what_is_no_secret_stays_as_it_is() throws JsonProcessingException {
    String plain = "{\"branch\":\"main\",\"build\":{\"number\":17,\"ok\":true},\"author\":null}";
    assertEquals(plain, masked(plain));
  }
}
