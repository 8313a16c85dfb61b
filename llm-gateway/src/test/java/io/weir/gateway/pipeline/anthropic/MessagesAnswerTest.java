package io.weir.gateway.pipeline.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesAnswerTest {
  private static final String START =
      "event: message_start\r\n"
          + "data:"
          + " {\"type\":\"message_start\",\"message\":{\"id\":\"i\",\"model\":\"c\",\"usage\":{\"input_tokens\":3,\"cache_read_input_tokens\":40,\"cache_creation_input_tokens\":5,\"output_tokens\":1}}}\r\n\r\n";

  @ParameterizedTest
  @CsvSource({
    "end_turn, stop",
    "stop_sequence, stop",
    "max_tokens, length",
    "model_context_window_exceeded, length",
    "tool_use, tool_calls",
    "refusal, content_filter",
    "pause_turn, length",
    "something_new, stop"
  })
  void whyItEndedHasItsWord(String theirs, String ours) throws IOException {
    JsonNode completion =
        whole("{\"id\":\"i\",\"content\":[],\"stop_reason\":\"" + theirs + "\"}", false);
    assertEquals(ours, completion.path("choices").path(0).path("finish_reason").asText());
  }

  /** Should a model give the answer twice: the first of them is one object. */
  @Test
  void aJsonObjectIsOneObject() throws IOException {
    JsonNode whole =
        whole(
            "{\"id\":\"i\",\"stop_reason\":\"tool_use\",\"content\":["
                + "{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"json_answer\",\"input\":{\"a\":1}},"
                + "{\"type\":\"tool_use\",\"id\":\"b\",\"name\":\"json_answer\",\"input\":{\"b\":2}}]}",
            true);
    assertEquals("{\"a\":1}", whole.at("/choices/0/message/content").asText());
  }

  @Test
  void thoughtsStayApartAndCachedTokensAreOfThePrompt() throws IOException {
    String message =
        """
        {"id":"i","model":"c","stop_reason":"end_turn","content":[
          {"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"redacted_thinking","data":"x"},
          {"type":"text","text":"One "},{"type":"server_tool_use","name":"web_search"},{"type":"text","text":"two."}],
         "usage":{"input_tokens":3,"cache_read_input_tokens":40,"cache_creation_input_tokens":5,"output_tokens":7}}\
        """;
    JsonNode ours = whole(message, false).path("choices").path(0).path("message");
    assertEquals("One two.", ours.path("content").asText());
    assertEquals("Hm.", ours.path("reasoning_content").asText());
    assertEquals(
        "[{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"s\"},{\"type\":\"redacted_thinking\",\"data\":\"x\"}]",
        ours.path("thinking_blocks").toString());
    assertEquals(
        new Usage(48, 7, 40, 5),
        MessagesAnswer.of(message.getBytes(StandardCharsets.UTF_8), false, 1)
            .orElseThrow()
            .usage());
  }

  @Test
  void theToolThatWasAddedForJsonIsTheAnswer() throws IOException {
    JsonNode choice =
        whole(
                "{\"content\":[{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"json_answer\",\"input\":{\"a\":1}}],"
                    + "\"stop_reason\":\"tool_use\"}",
                true)
            .path("choices")
            .path(0);
    assertEquals("{\"a\":1}", choice.path("message").path("content").asText());
    assertEquals("stop", choice.path("finish_reason").asText());
    assertFalse(choice.path("message").has("tool_calls"));
  }

  @Test
  void whatIsNoMessageIsNone() {
    for (String body :
        new String[] {"[]", "{}", "x", "{\"content\":\"text\",\"stop_reason\":\"x\"}"}) {
      assertTrue(
          MessagesAnswer.of(body.getBytes(StandardCharsets.UTF_8), false, 1).isEmpty(), body);
    }
  }

  @Test
  void aStreamIsReadHoweverItIsCutAndWhateverIsNewInIt() {
    String stream =
        START
            + ": comment\n\n"
            + "event: ping\n"
            + "data: {\"type\":\"ping\"}\n\n"
            + "data: {\"type\":\"from_next_year\"}\n\n"
            + "data:"
            + " {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"thinking\",\"thinking\":\"\"}}\n\n"
            + "data:"
            + " {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"Hm\"}}\n\n"
            + "data:"
            + " {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"signature_delta\",\"signature\":\"s\"}}\n\n"
            + "data: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
            + "data:"
            + " {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n"
            + "data:"
            + " {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"text_delta\",\"text\":\"Grüße"
            + " 👋\"}}\n\n"
            + "data:"
            + " {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"max_tokens\"},\"usage\":{\"output_tokens\":9}}\n\n"
            + "data: {\"type\":\"message_stop\"}\n\n";
    var relay = new MessagesRelay("it", true, false, 7, 1 << 20);
    var out = new StringBuilder();
    for (byte b : stream.getBytes(StandardCharsets.UTF_8)) {
      out.append(new String(relay.accept(new byte[] {b}, 1), StandardCharsets.UTF_8));
    }
    assertTrue(relay.done());
    assertEquals(Optional.of(new Usage(48, 9, 40, 5)), relay.usage());
    assertTrue(out.toString().contains("\"reasoning_content\":\"Hm\""), out.toString());
    assertTrue(
        out.toString()
            .contains(
                "\"delta\":{\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"}]}"),
        out.toString());
    assertTrue(out.toString().contains("\"content\":\"Grüße "), out.toString());
    assertTrue(out.toString().contains("\"finish_reason\":\"length\""), out.toString());
    assertTrue(out.toString().contains("\"cached_tokens\":40"), out.toString());
    assertTrue(out.toString().endsWith("data: [DONE]\n\n"), out.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "overloaded_error, PROVIDER_ERROR, 503",
    "rate_limit_error, RATE_LIMITED, 429",
    "api_error, PROVIDER_ERROR, 502",
    "timeout_error, TIME_OUT, 504",
    "invalid_request_error, PROVIDER_REFUSED, 400",
    "authentication_error, PROVIDER_CREDENTIALS, 502"
  })
  void anErrorBeforeTheAnswerBeginsHasAStatus(String type, Failure.Kind kind, int status) {
    var relay = new MessagesRelay("it", false, false, 7, 1 << 20);
    byte[] events =
        (START
                + "data: {\"type\":\"error\",\"error\":{\"type\":\""
                + type
                + "\",\"message\":\"m\"}}\n\n")
            .getBytes(StandardCharsets.UTF_8);
    relay.accept(events, events.length);
    assertFalse(relay.started());
    assertEquals(kind, relay.failure().orElseThrow().kind());
    assertEquals(status, relay.failure().orElseThrow().status());
  }

  @Test
  void anEventThatIsNoJsonBreaksTheStream() {
    var relay = new MessagesRelay("it", false, false, 7, 1 << 20);
    byte[] events = (START + "data: {\"type\":\n\n").getBytes(StandardCharsets.UTF_8);
    relay.accept(events, events.length);
    assertEquals("stream_broken", relay.failure().orElseThrow().code());
  }

  private static JsonNode whole(String message, boolean jsonTool) throws IOException {
    MessagesAnswer answer =
        MessagesAnswer.of(message.getBytes(StandardCharsets.UTF_8), jsonTool, 1).orElseThrow();
    return Json.MAPPER.readTree(answer.body());
  }
}
