package io.weir.gateway.pipeline.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.EventData;
import io.weir.gateway.pipeline.JoinedChunks;
import io.weir.gateway.pipeline.tool.ToolConversation.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RoundRelayTest {
  private static final String CALL =
      "{'index':%d,'id':'%s','type':'function','function':{'name':'%s','arguments':'{}'}}";

  @Test
  void wordsPassAsTheyComeAndCallsWaitUntilItIsKnownWhoseTheyAre() {
    var relay = new RoundRelay(Optional.empty());
    String words = event("one", "{'content':'Let me see.'}", "null");
    assertEquals(words, text(relay.accept(bytes(": keep-alive\n\n" + words))));
    assertEquals("", text(relay.accept(bytes(calls(CALL.formatted(0, "1", "weather"))))));
    assertEquals("", text(relay.accept(bytes(event("one", "{}", "'tool_calls'")))));
    String usage = "data: {'choices':[],'usage':{'prompt_tokens':4}}\n\n".replace('\'', '"');
    assertEquals("", text(relay.accept(bytes(usage + "data: [DONE]\n\n"))));

    ObjectNode whole = relay.whole(Optional.empty()).orElseThrow();
    String end = text(relay.end(new Step.Final(whole, false), Optional.empty()));
    assertEquals(2, chunks(end).size(), end);
    assertTrue(end.endsWith("data: [DONE]\n\n"));
    JsonNode joined = joined(words + end);
    assertEquals("Let me see.", joined.at("/choices/0/message/content").asText());
    assertEquals("1", joined.at("/choices/0/message/tool_calls/0/id").asText());
    assertEquals("tool_calls", joined.at("/choices/0/finish_reason").asText());
    assertTrue(joined.path("usage").isMissingNode());
  }

  @Test
  void aLaterRoundGoesOnWithTheStreamThatHasBegunAndTellsTheTokensOfAll() {
    var first = new RoundRelay(Optional.empty());
    var _ = first.accept(bytes(event("one", "{'role':'assistant','content':''}", "null")));
    var second = new RoundRelay(Optional.of(first.head()));
    assertEquals(
        "", text(second.accept(bytes(event("two", "{'role':'assistant','content':''}", "null")))));
    String words = text(second.accept(bytes(event("two", "{'content':'Done.'}", "null"))));
    assertEquals(List.of("one"), chunks(words).stream().map(c -> c.path("id").asText()).toList());
    assertEquals("", text(second.accept(bytes(event("two", "{'content':'!'}", "'stop'")))));
    ObjectNode whole = second.whole(Optional.empty()).orElseThrow();
    String end =
        text(
            second.end(
                new Step.Final(whole, true),
                Optional.of(ToolConversationTest.object("{\"prompt_tokens\":9}"))));
    JsonNode joined = joined(words + end);
    assertEquals("Done.!", joined.at("/choices/0/message/content").asText());
    assertEquals("stop", joined.at("/choices/0/finish_reason").asText());
    assertEquals(9, joined.at("/usage/prompt_tokens").asInt());
    assertTrue(chunks(end).stream().allMatch(chunk -> chunk.path("id").asText().equals("one")));
  }

  @Test
  void ofBothKindsOfCallsTheClientSeesItsOwn() {
    var relay = new RoundRelay(Optional.empty());
    var _ =
        relay.accept(
            bytes(
                calls(CALL.formatted(0, "1", "files"))
                    + calls(CALL.formatted(1, "2", "weather"))
                    + event("one", "{}", "'tool_calls'")));
    ObjectNode whole = relay.whole(Optional.empty()).orElseThrow();
    ((com.fasterxml.jackson.databind.node.ArrayNode) whole.at("/choices/0/message/tool_calls"))
        .remove(0);
    JsonNode joined = joined(text(relay.end(new Step.Final(whole, true), Optional.empty())));
    JsonNode calls = joined.at("/choices/0/message/tool_calls");
    assertEquals(1, calls.size());
    assertEquals("weather", calls.at("/0/function/name").asText());
    assertEquals("tool_calls", joined.at("/choices/0/finish_reason").asText());
  }

  private static String calls(String call) {
    return event("one", "{'tool_calls':[" + call + "]}", "null");
  }

  private static String event(String id, String delta, String reason) {
    return ("data: {'id':'%s','created':1,'model':'m','choices':[{'index':0,'delta':%s,"
            + "'finish_reason':%s}]}\n\n")
        .formatted(id, delta, reason)
        .replace('\'', '"');
  }

  private static List<JsonNode> chunks(String events) {
    return EventData.chunks(bytes(events)).stream().map(EventData.Chunk::tree).toList();
  }

  private static JsonNode joined(String events) {
    var joined = new JoinedChunks();
    Stream.of(events).flatMap(all -> chunks(all).stream()).forEach(joined::add);
    return joined.whole(Optional.empty()).orElseThrow();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
