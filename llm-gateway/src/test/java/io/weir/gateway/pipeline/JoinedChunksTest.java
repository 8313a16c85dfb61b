package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JoinedChunksTest {
  @Test
  void aStreamedAnswerIsWhatItWouldHaveBeenAsAWhole() {
    var completion = new OfflineCompletion("chatcmpl-1", 1_700_000_000L, "m");
    var ask =
        Json.object(
                "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Tea is hot. It’s 90 degrees, more or less. When is tea hot?\"}]}"
                    .getBytes(StandardCharsets.UTF_8))
            .orElseThrow();
    OfflineAnswer answer = OfflineAnswer.to((ObjectNode) ask);
    var joined = new JoinedChunks();
    for (String event : completion.chunks(answer, true)) {
      EventData.chunks(event.getBytes(StandardCharsets.UTF_8))
          .forEach(chunk -> joined.add(chunk.tree()));
    }
    JsonNode whole = Json.object(completion.whole(answer)).orElseThrow();
    JsonNode made = joined.whole(Optional.empty()).orElseThrow();
    assertTrue(made.path("choices").path(0).path("message").path("content").asText().length() > 40);
    assertEquals(whole.path("usage"), made.path("usage"));
    assertEquals(
        whole.path("choices").path(0).path("message").path("content"),
        made.path("choices").path(0).path("message").path("content"));
    assertEquals(
        whole.path("choices").path(0).path("finish_reason"),
        made.path("choices").path(0).path("finish_reason"));
    assertEquals("chat.completion", made.path("object").asText());
    assertEquals("chatcmpl-1", made.path("id").asText());
  }

  @Test
  void callsOfToolsGrowByTheirIndexAndLoseIt() {
    assertEquals(
        json(
            """
            {"id":"c","model":"m","object":"chat.completion","choices":[{"index":0,
             "message":{"role":"assistant","content":null,"tool_calls":[
               {"id":"a","type":"function","function":{"name":"f","arguments":"{\\"x\\":1}"}},
               {"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},
             "finish_reason":"tool_calls"}]}\
            """),
        joined(
            """
            {"id":"c","object":"chat.completion.chunk","model":"m","obfuscation":"xx","choices":[
              {"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\
            """,
            delta(
                "{'tool_calls':[{'index':0,'id':'a','type':'function','function':{'name':'f','arguments':''}}]}"),
            delta("{'tool_calls':[{'index':0,'function':{'arguments':'{\\'x\\''}}]}"),
            delta(
                "{'tool_calls':[{'index':1,'id':'b','type':'function','function':{'name':'g','arguments':'{}'}}]}"),
            delta("{'tool_calls':[{'index':0,'id':'','function':{'name':'','arguments':':1}'}}]}"),
            """
            {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}],"usage":null}\
            """));
  }

  @Test
  void callsWithoutAnIndexAreToldApartByTheirIds() {
    JsonNode calls =
        joined(
                delta("{'tool_calls':[{'id':'a','function':{'name':'f','arguments':'1'}}]}"),
                delta("{'tool_calls':[{'id':'b','function':{'name':'g','arguments':'2'}}]}"),
                delta("{'tool_calls':[{'function':{'arguments':'3'}}]}"),
                delta("{'tool_calls':[{'id':'a','function':{'arguments':'4'}}]}"))
            .at("/choices/0/message/tool_calls");
    assertEquals(2, calls.size());
    assertEquals("14", calls.at("/0/function/arguments").asText());
    assertEquals("23", calls.at("/1/function/arguments").asText());
  }

  /** Gemini behind a compatible endpoint gives every call the index 0. */
  @Test
  void callsOfOneIndexAreToldApartByTheirIds() {
    JsonNode calls =
        joined(
                delta(
                    "{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':'1'}}]}"),
                delta(
                    "{'tool_calls':[{'index':0,'id':'b','function':{'name':'g','arguments':'2'}}]}"),
                delta("{'tool_calls':[{'index':0,'function':{'arguments':'3'}}]}"))
            .at("/choices/0/message/tool_calls");
    assertEquals(2, calls.size());
    assertEquals("1", calls.at("/0/function/arguments").asText());
    assertEquals("g", calls.at("/1/function/name").asText());
    assertEquals("23", calls.at("/1/function/arguments").asText());
  }

  @Test
  void partsOfOneCallMayHaveIdsOfTheirOwn() {
    JsonNode calls =
        joined(
                delta(
                    "{'tool_calls':[{'index':0,'id':'a','function':{'name':'f','arguments':''}}]}"),
                delta("{'tool_calls':[{'index':0,'id':'b','function':{'arguments':'1'}}]}"))
            .at("/choices/0/message/tool_calls");
    assertEquals(1, calls.size());
    assertEquals("1", calls.at("/0/function/arguments").asText());
  }

  @Test
  void severalChoicesAndWhatNobodyHereKnowsAreJoinedToo() {
    JsonNode joined =
        joined(
            """
            {"choices":[{"index":1,"delta":{"content":"b","reasoning_content":"be"},
              "logprobs":{"content":[{"token":"b","logprob":-0.10}]}}],"system_fingerprint":"fp"}\
            """,
            """
            {"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}\
            """,
            """
            {"choices":[{"index":1,"delta":{"content":"c","reasoning_content":"cause"},
              "logprobs":{"content":[{"token":"c","logprob":-0.25}]},"finish_reason":"length"}]}\
            """);
    assertEquals("a", joined.at("/choices/0/message/content").asText());
    assertEquals("bc", joined.at("/choices/1/message/content").asText());
    assertEquals("because", joined.at("/choices/1/message/reasoning_content").asText());
    assertEquals(2, joined.at("/choices/1/logprobs/content").size());
    assertEquals(
        "-0.25", joined.at("/choices/1/logprobs/content/1/logprob").decimalValue().toPlainString());
    assertEquals("length", joined.at("/choices/1/finish_reason").asText());
    assertEquals("fp", joined.path("system_fingerprint").asText());
  }

  @Test
  void tokensThatTheChunksDontTellAreThoseThatWereCounted() {
    var joined = new JoinedChunks();
    assertTrue(joined.whole(Optional.of(new Usage(1, 2, 0))).isEmpty());
    joined.add(json(delta("{'content':'x'}")));
    JsonNode usage = joined.whole(Optional.of(new Usage(7, 2, 3))).orElseThrow().path("usage");
    assertEquals(9, usage.path("total_tokens").asInt());
    assertEquals(3, usage.at("/prompt_tokens_details/cached_tokens").asInt());
  }

  private static String delta(String delta) {
    return "{\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":null}]}"
        .formatted(delta.replace('\'', '"'));
  }

  private static JsonNode joined(String... chunks) {
    var joined = new JoinedChunks();
    for (String chunk : chunks) {
      joined.add(json(chunk));
    }
    return joined.whole(Optional.empty()).orElseThrow();
  }

  private static JsonNode json(String text) {
    return Json.object(text.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
