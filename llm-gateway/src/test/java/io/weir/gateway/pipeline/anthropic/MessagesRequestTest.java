package io.weir.gateway.pipeline.anthropic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesRequestTest {
  @Test
  void aConversationBecomesSystemAndTurnsWithTheResultsOfToolsFirst() throws IOException {
    JsonNode body =
        translated(
            """
            {"model":"x","messages":[
              {"role":"system","content":"Be brief."},
              {"role":"user","content":"Weather in Kiel and Rome?"},
              {"role":"assistant","content":null,"tool_calls":[
                {"id":"call 1/a","type":"function","function":{"name":"w","arguments":"{\\"c\\":\\"Kiel\\"}"}},
                {"id":"b","type":"function","function":{"name":"w","arguments":""}}]},
              {"role":"tool","tool_call_id":"call 1/a","content":"rain"},
              {"role":"tool","tool_call_id":"b","content":[{"type":"text","text":"sun"}]},
              {"role":"user","content":"Well?"},
              {"role":"developer","content":[{"type":"text","text":"In verse.","cache_control":{"type":"ephemeral"}}]},
              {"role":"assistant","content":""},
              {"role":"assistant","content":[{"type":"text","text":"Rain"},{"type":"refusal","refusal":"no"}]}
            ]}\
            """);
    assertEquals(
        json(
            """
            [{"type":"text","text":"Be brief."},
             {"type":"text","text":"In verse.","cache_control":{"type":"ephemeral"}}]\
            """),
        body.path("system"));
    assertEquals(
        json(
            """
            [{"role":"user","content":[{"type":"text","text":"Weather in Kiel and Rome?"}]},
             {"role":"assistant","content":[
               {"type":"tool_use","id":"call_1_a","name":"w","input":{"c":"Kiel"}},
               {"type":"tool_use","id":"b","name":"w","input":{}}]},
             {"role":"user","content":[
               {"type":"tool_result","tool_use_id":"call_1_a","content":[{"type":"text","text":"rain"}]},
               {"type":"tool_result","tool_use_id":"b","content":[{"type":"text","text":"sun"}]},
               {"type":"text","text":"Well?"}]},
             {"role":"assistant","content":[{"type":"text","text":"Rain"},{"type":"text","text":"no"}]}]\
            """),
        body.path("messages"));
    assertEquals("claude", body.path("model").asText());
    assertEquals(1234, body.path("max_tokens").asInt());
    assertFalse(body.has("stream"));
  }

  private static final String AMID_TOOLS =
      """
      {"model":"x","thinking":{"type":"enabled","budget_tokens":2000},"messages":[
        {"role":"user","content":"Weather?"},
        {"role":"assistant","content":null%s,
         "tool_calls":[{"id":"a","type":"function","function":{"name":"w","arguments":"{}"}}]},
        {"role":"tool","tool_call_id":"a","content":"rain"}]}\
      """;

  @Test
  void whatTheModelThoughtGoesBackBeforeItsCalls() throws IOException {
    JsonNode body =
        translated(
            AMID_TOOLS.formatted(
                ",\"reasoning_content\":\"Hm.\",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"s\"},{\"type\":\"redacted_thinking\",\"data\":\"d\"}]"));
    assertEquals("enabled", body.path("thinking").path("type").asText());
    assertEquals(
        json(
            """
            [{"type":"thinking","thinking":"Hm.","signature":"s"},
             {"type":"redacted_thinking","data":"d"},
             {"type":"tool_use","id":"a","name":"w","input":{}}]\
            """),
        body.path("messages").path(1).path("content"));
  }

  @Test
  void aModelThatCanNotGoOnThinkingIsNotAskedTo() throws IOException {
    assertFalse(translated(AMID_TOOLS.formatted("")).has("thinking"));
    String more = AMID_TOOLS.replace("\"content\":\"rain\"}", "\"content\":\"rain\"},%s");
    String said = "{\"role\":\"user\",\"content\":\"Well?\"}";
    assertFalse(translated(more.formatted("", said)).has("thinking"), "of the same turn");
    String answered = "{\"role\":\"assistant\",\"content\":\"Rain.\"}," + said;
    assertTrue(translated(more.formatted("", answered)).has("thinking"), "the tools are done");
    String again =
        "{\"role\":\"assistant\",\"tool_calls\":[{\"id\":\"b\",\"type\":\"function\",\"function\":{\"name\":\"w\",\"arguments\":\"{}\"}}]},"
            + "{\"role\":\"tool\",\"tool_call_id\":\"b\",\"content\":\"sun\"}";
    String thought =
        ",\"thinking_blocks\":[{\"type\":\"thinking\",\"thinking\":\"Hm.\",\"signature\":\"s\"}]";
    assertTrue(translated(more.formatted(thought, again)).has("thinking"), "once a turn");
    String wrong =
        AMID_TOOLS.formatted(",\"thinking_blocks\":[{\"type\":\"text\",\"text\":\"x\"}]");
    assertEquals("messages[1].thinking_blocks[0].type", refused(wrong).param());
    String alone =
        "{\"model\":\"x\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"}]}";
    assertEquals("messages", refused(alone).param());
  }

  @Test
  void picturesAndDocumentsComeFromTheRequestOrAnAddress() throws IOException {
    JsonNode content =
        translated(
                """
                {"model":"x","messages":[{"role":"user","content":[
                  {"type":"text","text":"What is it?"},
                  {"type":"image_url","image_url":{"url":"data:image/jpg;base64,AAAA","detail":"low"}},
                  {"type":"image_url","image_url":{"url":"https://h/p.png"}},
                  {"type":"file","file":{"file_data":"data:application/pdf;base64,BBBB","filename":"a.pdf"}}]}]}\
                """)
            .path("messages")
            .path(0)
            .path("content");
    assertEquals(
        json(
            """
            [{"type":"text","text":"What is it?"},
             {"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"AAAA"}},
             {"type":"image","source":{"type":"url","url":"https://h/p.png"}},
             {"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"BBBB"},"title":"a.pdf"}]\
            """),
        content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "max_tokens":5                                    | {"max_tokens":5}
          "max_tokens":5,"max_completion_tokens":6          | {"max_tokens":6}
          "stop":"END"                                      | {"stop_sequences":["END"]}
          "stop":["a","b"],"temperature":1,"top_p":0.5      | {"stop_sequences":["a","b"],"temperature":1,"top_p":0.5}
          "stream":true                                     | {"stream":true}
          "user":"u1"                                       | {"metadata":{"user_id":"u1"}}
          "reasoning_effort":"high"                         | {"output_config":{"effort":"high"}}
          "top_k":3,"thinking":{"type":"disabled"}          | {"top_k":3,"thinking":{"type":"disabled"}}
          "n":1,"logprobs":false,"frequency_penalty":0,"seed":null,"store":false,"logit_bias":{} | {}
          "metadata":{"a":"b"},"prompt_cache_key":"k","stream_options":{"include_usage":true}    | {}
          "response_format":{"type":"text"}                 | {}
          "response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object"}}} | {"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}}
          "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object"}}}] | {"tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true}]}
          "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required" | {"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"any"}}
          "tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":"none" | {"tools":[{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"none"}}
          "tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false | {"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}
          "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"f"}} | {"tools":[{"name":"f","input_schema":{"type":"object","properties":{}}}],"tool_choice":{"type":"tool","name":"f"}}
          """)
  void fieldsHaveTheirCounterparts(String fields, String wanted) throws IOException {
    var body = (com.fasterxml.jackson.databind.node.ObjectNode) translated(with(fields));
    var expected = (com.fasterxml.jackson.databind.node.ObjectNode) json(wanted);
    if (!expected.has("max_tokens")) {
      expected.put("max_tokens", 1234);
    }
    body.remove(java.util.List.of("model", "messages"));
    assertEquals(expected, body);
  }

  @Test
  void aJsonObjectIsTheInputOfAToolThatIsAddedForIt() throws IOException {
    var result = MessagesRequestTest.of(with("\"response_format\":{\"type\":\"json_object\"}"));
    var request = assertInstanceOf(MessagesRequest.Result.Translated.class, result).request();
    assertTrue(request.jsonTool());
    JsonNode body = Json.MAPPER.readTree(request.body());
    assertEquals("json_answer", body.path("tools").path(0).path("name").asText());
    assertEquals(
        json("{\"type\":\"tool\",\"name\":\"json_answer\",\"disable_parallel_tool_use\":true}"),
        body.path("tool_choice"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "n":2 | n
          "logprobs":true | logprobs
          "top_logprobs":2 | top_logprobs
          "frequency_penalty":0.5 | frequency_penalty
          "presence_penalty":-1 | presence_penalty
          "logit_bias":{"1":2} | logit_bias
          "seed":7 | seed
          "store":true | store
          "modalities":["text","audio"] | modalities
          "audio":{} | audio
          "functions":[] | functions
          "web_search_options":{} | web_search_options
          "service_tier":"flex" | service_tier
          "temperature":1.5 | temperature
          "temperature":"hot" | temperature
          "top_p":2 | top_p
          "max_tokens":0 | max_tokens
          "max_completion_tokens":"5" | max_completion_tokens
          "stop":[1] | stop
          "stop":["a",""] | stop
          "thinking":{"type":"enabled","budget_tokens":9},"response_format":{"type":"json_object"} | response_format
          "reasoning_effort":"minimal" | reasoning_effort
          "tools":{} | tools
          "tools":[{"type":"custom","custom":{}}] | tools[0]
          "tools":[{"type":"function","function":{}}] | tools[0].function.name
          "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"some" | tool_choice
          "tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"json_object"} | response_format
          "response_format":{"type":"json_schema","json_schema":{}} | response_format.json_schema.schema
          "response_format":{"type":"xml"} | response_format.type
          """)
  void whatHasNoCounterpartIsRefusedByName(String fields, String param) {
    assertEquals(param, refused(with(fields)).param());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"role":"function","content":"x"} | messages[0].role
          {"role":"user","content":""} | messages[0].content
          {"role":"user","content":[]} | messages[0].content
          {"role":"user","content":[{"type":"input_audio"}]} | messages[0].content[0].type
          {"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/bmp;base64,AA"}}]} | messages[0].content[0].image_url.url
          {"role":"user","content":[{"type":"image_url","image_url":{"url":"file:///etc/passwd"}}]} | messages[0].content[0].image_url.url
          {"role":"user","content":[{"type":"file","file":{"file_id":"f"}}]} | messages[0].content[0].file.file_data
          {"role":"system","content":[{"type":"image_url"}]} | messages[0].content[0].type
          {"role":"tool","content":"x"} | messages[0].tool_call_id
          {"role":"assistant","function_call":{}} | messages[0].function_call
          {"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{"}}]} | messages[0].tool_calls[0].function.arguments
          """)
  void messagesThatCanNotBePutAreRefusedByTheirPlace(String message, String param) {
    Failure failure = refused("{\"model\":\"x\",\"messages\":[" + message + "]}");
    assertEquals(param, failure.param());
    assertEquals(400, failure.status());
    assertEquals(Failure.Kind.INVALID_REQUEST, failure.kind());
  }

  private static String with(String fields) {
    return "{\"model\":\"x\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]," + fields + "}";
  }

  private static JsonNode translated(String chat) throws IOException {
    var result = assertInstanceOf(MessagesRequest.Result.Translated.class, of(chat));
    return Json.MAPPER.readTree(result.request().body());
  }

  private static Failure refused(String chat) {
    return assertInstanceOf(MessagesRequest.Result.Refused.class, of(chat)).failure();
  }

  private static MessagesRequest.Result of(String chat) {
    var read = ChatRequestReader.read(chat.getBytes(StandardCharsets.UTF_8));
    var valid = assertInstanceOf(ChatRequestReader.Result.Valid.class, read);
    return MessagesRequest.of(valid.request(), "claude", 1234);
  }

  private static JsonNode json(String text) throws IOException {
    return Json.MAPPER.readTree(text);
  }
}
