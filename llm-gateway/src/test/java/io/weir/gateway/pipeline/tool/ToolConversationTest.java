package io.weir.gateway.pipeline.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.tool.ToolConversation.Beginning;
import io.weir.gateway.pipeline.tool.ToolConversation.Step;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToolConversationTest {
  private static final ToolSpec FILES =
      new ToolSpec("files", "finds files", object("{\"type\":\"object\"}"), ToolSpec.TIMEOUT);
  private static final ToolOffer OFFER = new ToolOffer(Map.of("files", FILES));
  private static final String OWN = call("1", "files", "{}");
  private static final String THEIRS = call("2", "weather", "{}");
  private static final String CLIENTS =
      ",'tools':[{'type':'function','function':{'name':'weather','parameters':{'type':'object'}}}]";

  @Test
  void whatIsOfferedComesAfterTheClientsToolsAndNothingElseChanges() {
    JsonNode asked = tree(begun(CLIENTS + ",'temperature':0.75,'own':{'a':1}").next());
    assertEquals("weather", asked.at("/tools/0/function/name").asText());
    assertEquals("files", asked.at("/tools/1/function/name").asText());
    assertEquals("object", asked.at("/tools/1/function/parameters/type").asText());
    assertEquals("0.75", asked.path("temperature").decimalValue().toPlainString());
    assertEquals(1, asked.at("/own/a").asInt());
  }

  @Test
  void aRoundAddsTheCallsAndTheirResultsAndTheTokensAreSummed() {
    ToolConversation conversation = begun(",'tool_choice':'required'");
    var execute = assertInstanceOf(Step.Execute.class, conversation.answered(said(OWN)));
    assertEquals(List.of(new ToolCall("1", "files", "{}")), execute.calls());
    conversation.executed(execute.calls(), List.of(new ToolResult.Done("a.txt")));
    JsonNode asked = tree(conversation.next());
    assertEquals("assistant", asked.at("/messages/1/role").asText());
    assertEquals("1", asked.at("/messages/1/tool_calls/0/id").asText());
    assertFalse(asked.path("messages").path(1).has("refusal"));
    assertEquals("tool", asked.at("/messages/2/role").asText());
    assertEquals("1", asked.at("/messages/2/tool_call_id").asText());
    assertEquals("a.txt", asked.at("/messages/2/content").asText());
    assertEquals("auto", asked.path("tool_choice").asText());

    var end = assertInstanceOf(Step.Final.class, conversation.answered(said("")));
    assertTrue(end.changed());
    assertEquals(20, end.body().at("/usage/prompt_tokens").asInt());
    assertEquals(6, end.body().at("/usage/prompt_tokens_details/cached_tokens").asInt());
  }

  @Test
  void anAnswerToTheFirstQuestionIsTheProvidersOwn() {
    ObjectNode answer = said("");
    var end = assertInstanceOf(Step.Final.class, begun("").answered(answer.deepCopy()));
    assertFalse(end.changed());
    assertEquals(answer, end.body());
  }

  @Test
  void callsOfTheClientsToolsGoToTheClientAloneAlsoWhereTheModelWantsBoth() {
    var theirs = assertInstanceOf(Step.Final.class, begun(CLIENTS).answered(said(THEIRS)));
    assertFalse(theirs.changed());
    var both =
        assertInstanceOf(Step.Final.class, begun(CLIENTS).answered(said(OWN + "," + THEIRS)));
    assertTrue(both.changed());
    JsonNode calls = both.body().at("/choices/0/message/tool_calls");
    assertEquals(1, calls.size());
    assertEquals("weather", calls.at("/0/function/name").asText());
  }

  @Test
  void aToolThatNobodyHasIsTheClientsOnlyIfItHasAny() {
    String unknown = call("3", "unknown", "{}");
    assertInstanceOf(Step.Final.class, begun(CLIENTS).answered(said(unknown)));
    assertInstanceOf(Step.Execute.class, begun("").answered(said(unknown)));
  }

  @Test
  void aChoiceOfTheClientsToolStandsAndOneOfTheGatewaysIsHeldOnce() {
    String forced = ",'tool_choice':{'type':'function','function':{'name':'%s'}}";
    ToolConversation own = begun(forced.formatted("files"));
    own.executed(List.of(), List.of());
    assertEquals("auto", tree(own.next()).path("tool_choice").asText());
    ToolConversation theirs = begun(CLIENTS + forced.formatted("weather"));
    theirs.executed(List.of(), List.of());
    assertTrue(tree(theirs.next()).path("tool_choice").isObject());
    theirs.noMoreCalls();
    assertEquals("none", tree(theirs.next()).path("tool_choice").asText());
  }

  @Test
  void aNameThatIsTakenAndSeveralAnswersAreRefused() {
    assertEquals("tools", refused(CLIENTS.replace("weather", "files")).param());
    assertEquals("n", refused(",'n':2").param());
    assertEquals("tools", refused(",'tools':{}").param());
    assertInstanceOf(
        Beginning.Begun.class, ToolConversation.begin(request(",'tools':null"), OFFER));
  }

  @Test
  void theHeaderNamesToolsThatAreThere() {
    var valid =
        assertInstanceOf(
            ToolOffer.Result.Valid.class,
            ToolOffer.read(Optional.of(" files ,"), List.of(FILES), true));
    assertEquals(OFFER, valid.offer());
    var refused =
        assertInstanceOf(
            ToolOffer.Result.Refused.class,
            ToolOffer.read(Optional.of("files,rm"), List.of(FILES), true));
    assertTrue(refused.failure().message().contains("'rm', expected files"));
    for (String named : List.of("files", "rm")) {
      var denied =
          assertInstanceOf(
              ToolOffer.Result.Refused.class,
              ToolOffer.read(Optional.of(named), List.of(FILES), false));
      assertEquals(403, denied.failure().status());
      assertFalse(denied.failure().message().contains("files"), denied.failure().message());
    }
    assertInstanceOf(
        ToolOffer.Result.Valid.class, ToolOffer.read(Optional.of(","), List.of(FILES), false));
    ChatRequest request = request("");
    assertEquals(request.body().length, ToolOffer.NONE.fingerprint(request).length);
    assertEquals(request.body().length + 6, OFFER.fingerprint(request).length);
  }

  @Test
  void aResultIsCutBetweenCharactersAndSaysSo() {
    assertEquals("ab", ToolResult.bounded("ab", 2).content());
    assertEquals("aä\n[cut: the first 3 of 5 bytes]", ToolResult.bounded("aää", 4).content());
    JsonNode error =
        object(new ToolResult.Failed("files", ToolResult.Code.ACCESS_DENIED, "no").content());
    assertEquals("files", error.at("/error/tool").asText());
    assertEquals("AccessDenied", error.at("/error/code").asText());
    assertEquals("no", error.at("/error/message").asText());
  }

  private static ToolConversation begun(String more) {
    return assertInstanceOf(Beginning.Begun.class, ToolConversation.begin(request(more), OFFER))
        .conversation();
  }

  private static Failure refused(String more) {
    return assertInstanceOf(Beginning.Refused.class, ToolConversation.begin(request(more), OFFER))
        .failure();
  }

  private static ChatRequest request(String more) {
    String body = "{'model':'m','messages':[{'role':'user','content':'x'}]" + more + "}";
    return assertInstanceOf(
            ChatRequestReader.Result.Valid.class,
            ChatRequestReader.read(body.replace('\'', '"').getBytes(StandardCharsets.UTF_8)))
        .request();
  }

  private static JsonNode tree(ChatRequest request) {
    return request.tree();
  }

  static String call(String id, String tool, String arguments) {
    return "{'id':'%s','type':'function','function':{'name':'%s','arguments':'%s'}}"
        .formatted(id, tool, arguments);
  }

  /** An answer of ten tokens in, three of them cached. */
  private static ObjectNode said(String calls) {
    return object(
        ("{'id':'c','choices':[{'index':0,'message':{'role':'assistant','content':null,"
                + "'refusal':null,'tool_calls':["
                + calls
                + "]},'finish_reason':'x'}],'usage':{'prompt_tokens':10,'completion_tokens':1,"
                + "'total_tokens':11,'prompt_tokens_details':{'cached_tokens':3}}}")
            .replace('\'', '"'));
  }

  static ObjectNode object(String json) {
    return (ObjectNode) Json.object(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
  }
}
