package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.pipeline.ChatRequestReader.Result;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChatRequestTest {
  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hé\"}]";

  private static final String PICTURE =
      "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":["
          + "{\"type\":\"image_url\",\"image_url\":{\"url\":\"%s\"}},"
          + "{\"type\":\"text\",\"text\":\"%s\"}]}]}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"p:small\",%s,\"weight\":1.10e-7,\"x\":{\"y\":[1, 2]}}",
        " { %s , \"nested\":{\"model\":\"inner\"}, \"model\" :\n\"p:sm\\u0061ll\" } ",
        "{\"stream\":false,\"model\":\"p:small\",%s}",
      })
  void onlyTheModelsNameIsChangedForAProvider(String template) {
    String body = template.formatted(MESSAGES);
    ChatRequest request = valid(body);
    assertEquals("p:small", request.model());
    assertEquals(
        body.replace("\"p:small\"", "\"sm\\\"all\"").replace("\"p:sm\\u0061ll\"", "\"sm\\\"all\""),
        text(request.bodyFor("sm\"all", true)));
    assertEquals(body, text(request.bodyFor("p:small", true)));
  }

  @Test
  void usageIsAskedForInAStreamWhoseCallerDidNot() {
    ChatRequest request = valid("{\"model\":\"a\",\"stream\":true," + MESSAGES + "}");
    assertEquals(
        "{\"stream_options\":{\"include_usage\":true},\"model\":\"b\",\"stream\":true,"
            + MESSAGES
            + "}",
        text(request.bodyFor("b", true)));
    assertEquals(
        "{\"model\":\"b\",\"stream\":true," + MESSAGES + "}", text(request.bodyFor("b", false)));
    assertFalse(request.wantsUsage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"include_obfuscation":false} | {"include_obfuscation":false,"include_usage":true}
          {"include_usage":false}       | {"include_usage":true}
          null                          | {"include_usage":true}
          {"include_usage":true}        | {"include_usage":true}
          """)
  void streamOptionsKeepWhatTheCallerSetInThem(String options, String wanted) {
    for (String template :
        new String[] {
          "{\"stream_options\":%s,\"model\":\"a\",\"stream\":true," + MESSAGES + "}",
          "{\"model\":\"a\",\"stream\":true," + MESSAGES + ",\"stream_options\": %s }",
        }) {
      ChatRequest request = valid(template.formatted(options));
      assertEquals(
          template.formatted(wanted).replace("\"a\"", "\"b\""), text(request.bodyFor("b", true)));
      assertEquals(options.contains("usage\":true"), request.wantsUsage());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"messages":[{}]}                         | model       | Missing field 'model'
          {"model":7,"messages":[{}]}               | model       | Invalid field 'model'
          {"model":"","messages":[{}]}              | model       | Invalid field 'model'
          {"model":"a"}                             | messages    | Missing field 'messages'
          {"model":"a","messages":[]}               | messages    | at least one
          {"model":"a","messages":"hi"}             | messages    | a list
          {"model":"a","messages":[{},"hi"]}        | messages[1] | an object
          {"model":"a","messages":[{}],"stream":1}  | stream      | true or false
          [1]                                       |             | not a JSON object
          {"model":"a",                             |             | line 1, column 14
          {"model":"a","model":"b","messages":[{}]} |             | Duplicate
          {"model":"a","messages":[{}]} x           |             | not valid JSON at line 1
          {"model":"a","messages":[{}]} {}          |             | goes on after
          """)
  void whatIsWrongIsNamed(String body, @Nullable String param, String message) {
    var refused = assertInstanceOf(Result.Refused.class, read(body));
    assertEquals(400, refused.failure().status());
    assertEquals(param, refused.failure().param());
    assertTrue(refused.failure().message().contains(message), refused.failure().message());
  }

  @Test
  void aLongPictureIsNoProblem() {
    String picture = "x".repeat(30_000_000);
    assertEquals(
        "a", valid("{\"model\":\"a\",\"messages\":[{\"content\":\"" + picture + "\"}]}").model());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                                         | 2000
          "max_tokens":500                               | 500
          "max_completion_tokens":5000,"max_tokens":1    | 5000
          "max_tokens":1,"max_completion_tokens":5000    | 5000
          "n":3,"max_tokens":500                         | 1500
          "max_tokens":500,"n":1e99                      | 64000
          "n":"3","max_tokens":"500"                     | 2000
          "n":-3,"max_tokens":-5                         | 2000
          "n":null,"max_tokens":700.0                    | 700
          "max_tokens":99999999999999999999              | 10000000
          """)
  void whatAnAnswerMayCostIsTheLongestThatIsAskedForAsOftenAsItIs(
      @Nullable String limits, long tokens) {
    String more = limits == null ? "" : "," + limits;
    assertEquals(tokens, valid("{\"model\":\"a\"," + MESSAGES + more + "}").mostAnswerTokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"data:image/png;base64,", "data:image\\/jpeg;base64,\\\""})
  void aPictureCountsAsAPictureHoweverLongItsData(String prefix) {
    ChatRequest none = valid(PICTURE.formatted("https://x/y.png", "z"));
    ChatRequest request = valid(PICTURE.formatted(prefix + "A".repeat(3_000_000), "z"));
    assertEquals(1, request.mostQuestionTokens() / 1_500);
    assertEquals(1, none.mostQuestionTokens() / 1_500);
    assertTrue(request.leastTokens() < 100, "" + request.leastTokens());
  }

  @Test
  void aHostOfPicturesIsNotForNothing() {
    String pictures = "{\"image_url\":{\"url\":\"x\"}},".repeat(600_000);
    ChatRequest request =
        valid("{\"model\":\"a\",\"messages\":[{\"content\":[" + pictures + "1]}]}");
    assertTrue(request.mostQuestionTokens() > 500_000_000, "" + request.mostQuestionTokens());
  }

  @Test
  void wordsThatLookLikeAPictureCountAsWords() {
    String words = "data:image/png;base64," + "A".repeat(30_000);
    ChatRequest request = valid(PICTURE.formatted("https://x/y.png", words));
    assertTrue(request.mostQuestionTokens() > 11_500, "" + request.mostQuestionTokens());
    assertTrue(request.leastTokens() > 6_000, "" + request.leastTokens());
  }

  @Test
  void bytesThatAreNoUtf8AreRefusedAndNotGuessed() {
    byte[] utf16 = "{\"model\":\"a\"}".getBytes(StandardCharsets.UTF_16BE);
    assertInstanceOf(Result.Refused.class, ChatRequestReader.read(utf16));
    byte[] latin = ("{\"model\":\"a\"," + MESSAGES + "}").getBytes(StandardCharsets.ISO_8859_1);
    assertInstanceOf(Result.Refused.class, ChatRequestReader.read(latin));
  }

  private static ChatRequest valid(String body) {
    return assertInstanceOf(Result.Valid.class, read(body)).request();
  }

  private static Result read(String body) {
    return ChatRequestReader.read(body.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
