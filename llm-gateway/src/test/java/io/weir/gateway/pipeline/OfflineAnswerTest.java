package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OfflineAnswerTest {
  private static final String TEXT =
      "JetStream stores messages on disk. The ack wait of the review durable is thirty seconds. "
          + "MongoDB keeps the state of each job. A dead letter can be replayed by an operator.";

  @Test
  void theSentenceThatAnswersIsQuotedFromTheSystemsText() {
    OfflineAnswer answer =
        answer(chat("system", TEXT, "user", "How long is the ack wait of the review durable?"));
    assertEquals(
        OfflineAnswer.QUOTE + " “The ack wait of the review durable is thirty seconds.”",
        answer.text());
    assertFalse(answer.cut());
  }

  @Test
  void aTokenLimitThatIsNoneIsRefusedByItsNameAndAHugeOneIsNoLimit() throws Exception {
    var mapper = new com.fasterxml.jackson.databind.ObjectMapper();
    for (String limit : new String[] {"-1", "0", "1.5", "\"-5\""}) {
      var request =
          (ObjectNode) mapper.readTree("{\"max_tokens\": " + limit + ", \"messages\": []}");
      assertEquals("max_tokens", OfflineAnswer.refusal(request).orElseThrow().param());
    }
    var huge =
        (ObjectNode)
            mapper.readTree(
                "{\"max_tokens\": 9223372036854775807, \"messages\": [{\"role\": \"user\", \"content\": \"hi\"}]}");
    assertTrue(OfflineAnswer.refusal(huge).isEmpty());
    assertFalse(OfflineAnswer.to(huge).text().isEmpty());
  }

  @Test
  void textAndQuestionMayBeOneMessage() {
    OfflineAnswer answer =
        answer(chat("user", TEXT + "\n\nQuestion: who can replay dead letters?"));
    assertTrue(answer.text().contains("A dead letter can be replayed by an operator."));
    assertFalse(answer.text().contains("MongoDB"));
  }

  @Test
  void withoutFittingTextItSaysThatNoModelIsConfiguredAndHowToConfigureOne() {
    for (JsonNode request :
        List.of(
            chat("user", "What is the capital of Peru?"),
            chat("system", "You are a helpful assistant.", "user", "Write me a poem."),
            chat("system", TEXT, "user", "What is the capital of Peru?"),
            chat("user", ""))) {
      OfflineAnswer answer = answer(request);
      assertEquals(OfflineAnswer.NO_MODEL, answer.text());
      assertTrue(answer.text().contains("OPENAI_API_KEY"));
    }
  }

  @Test
  void anAssistantsEarlierWordsAreNotQuoted() {
    OfflineAnswer answer =
        answer(
            chat("assistant", "The ack wait is nine hours.", "user", "How long is the ack wait?"));
    assertEquals(OfflineAnswer.NO_MODEL, answer.text());
  }

  @Test
  void contentPartsAreTextToo() {
    OfflineAnswer answer =
        answer(
            json(
                "{'messages':[{'role':'user','content':[{'type':'text','text':'The sluice opens at"
                    + " noon.'},{'type':'text','text':'When does the sluice open?'}]}]}"));
    assertTrue(answer.text().contains("“The sluice opens at noon.”"));
  }

  @Test
  void limitAndStopWordsAreKept() {
    OfflineAnswer cut = answer(json("{'max_tokens':2,'messages':[{'role':'user','content':'x'}]}"));
    assertEquals(OfflineAnswer.NO_MODEL.substring(0, 8), cut.text());
    assertTrue(cut.cut());
    assertEquals(2, cut.usage().output());
    OfflineAnswer stopped =
        answer(json("{'stop':['gateway','is'],'messages':[{'role':'user','content':'x'}]}"));
    assertEquals("No model ", stopped.text());
    assertFalse(stopped.cut());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'response_format':{'type':'json_schema'}  | response_format
          'response_format':{'type':'json_object'}  | response_format
          'tools':[{'type':'function'}]             | tools
          'functions':[{'name':'f'}]                | functions
          'n':2                                     | n
          'logprobs':true                           | logprobs
          'modalities':['text','audio']             | modalities
          """)
  void whatNeedsAModelIsRefusedByItsField(String field, String param) {
    ObjectNode request = json("{" + field + ",'messages':[{'role':'user','content':'x'}]}");
    Failure refusal = OfflineAnswer.refusal(request).orElseThrow();
    assertEquals(param, refusal.param());
    assertEquals("offline_only", refusal.code());
    assertEquals(400, refusal.status());
  }

  @Test
  void aPictureIsRefused() {
    ObjectNode request =
        json("{'messages':[{'role':'user','content':[{'type':'image_url','image_url':{}}]}]}");
    assertEquals("messages[0].content", OfflineAnswer.refusal(request).orElseThrow().param());
  }

  @Test
  void whatNeedsNoModelIsNotRefused() {
    ObjectNode request =
        json(
            "{'response_format':{'type':'text'},'tools':[],'n':1,'temperature':0.2,"
                + "'messages':[{'role':'user','content':'x'}]}");
    assertTrue(OfflineAnswer.refusal(request).isEmpty());
  }

  @Test
  void aStreamHoldsTheSameTextInSeveralChunksOfOneIdAndEndsProperly() throws IOException {
    var answer = new OfflineAnswer(OfflineAnswer.NO_MODEL, false, new Usage(10, 20, 0));
    List<String> events = new OfflineCompletion("chatcmpl-1", 5, "offline").chunks(answer, true);
    assertEquals("data: [DONE]\n\n", events.getLast());
    var text = new StringBuilder();
    for (String event : events.subList(0, events.size() - 1)) {
      JsonNode chunk = Json.MAPPER.readTree(event.substring("data: ".length()));
      assertEquals("chatcmpl-1", chunk.path("id").asText());
      assertEquals("chat.completion.chunk", chunk.path("object").asText());
      text.append(chunk.path("choices").path(0).path("delta").path("content").asText());
    }
    assertEquals(OfflineAnswer.NO_MODEL, text.toString());
    assertTrue(events.size() > 6);
    JsonNode usage = Json.MAPPER.readTree(events.get(events.size() - 2).substring(6));
    assertTrue(usage.path("choices").isEmpty());
    assertEquals(30, usage.path("usage").path("total_tokens").asInt());
    assertTrue(usage.path("usage").path("estimated").asBoolean());
    String withoutUsage =
        new OfflineCompletion("chatcmpl-1", 5, "offline")
            .chunks(answer, false).stream().collect(Collectors.joining());
    assertFalse(withoutUsage.contains("usage"));
  }

  private static OfflineAnswer answer(JsonNode request) {
    return OfflineAnswer.to((ObjectNode) request);
  }

  private static ObjectNode chat(String... rolesAndContents) {
    ObjectNode request = Json.MAPPER.createObjectNode();
    var messages = request.putArray("messages");
    for (int i = 0; i < rolesAndContents.length; i += 2) {
      messages.addObject().put("role", rolesAndContents[i]).put("content", rolesAndContents[i + 1]);
    }
    return request;
  }

  private static ObjectNode json(String text) {
    return (ObjectNode)
        Json.object(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
