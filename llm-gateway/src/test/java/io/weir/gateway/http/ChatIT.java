package io.weir.gateway.http;

import static io.weir.gateway.http.RunningGateway.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ChatIT {
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"top_k\":3.10}";
  private static final String CHAT = "/v1/chat/completions";
  private final ScriptedLlm llm = ScriptedLlm.start();

  @AfterEach
  void stop() {
    llm.close();
  }

  @Test
  void anAnswerComesBackAndTheProviderGotTheRequestAsItWas() throws Exception {
    llm.byDefault(new Mood.Answer("Hello there.", "stop", new Mood.Usage(11, 4)));
    try (var gateway = gateway("OPENAI_API_KEY", "sk-test")) {
      HttpResponse<String> response = gateway.chat(ASK.replace("\"m\"", "\"openai:m\""));

      assertEquals(200, response.statusCode(), response.body());
      JsonNode answer = RunningGateway.json(response);
      assertEquals(
          "Hello there.", answer.path("choices").path(0).path("message").path("content").asText());
      assertTrue(response.headers().firstValue("x-request-id").isPresent());
      RecordedRequest sent = llm.requests(CHAT).getFirst();
      assertEquals("m", sent.body().path("model").asText());
      assertEquals("3.1", sent.body().path("top_k").asText());
      assertEquals("Bearer sk-test", sent.header("authorization").orElse(""));
      assertEquals(
          11, gateway.meters.get("weir.llm.tokens").tag("type", "input").counter().count());
      assertEquals(
          1,
          gateway.meters.get("weir.requests").tag("endpoint", "chat_completions").timer().count());
    }
  }

  @Test
  void toolCallsComeBackToTheClient() throws Exception {
    llm.byDefault(Mood.ToolCalls.of("look_up", "{\"q\":1}"));
    try (var gateway = gateway()) {
      JsonNode answer =
          RunningGateway.json(
              gateway.chat(ASK.replace("\"top_k\":3.10", "\"tools\":[{\"type\":\"function\"}]")));
      assertEquals("tool_calls", answer.path("choices").path(0).path("finish_reason").asText());
      assertEquals(1, llm.requests(CHAT).getFirst().body().path("tools").size());
    }
  }

  @Test
  void aRateLimitIsPassedOnWithItsWait() throws Exception {
    llm.byDefault(new Mood.RateLimited(Duration.ofSeconds(7)));
    try (var gateway = gateway()) {
      HttpResponse<String> response = gateway.chat(ASK);
      assertEquals(429, response.statusCode());
      assertEquals("7", response.headers().firstValue("retry-after").orElse(""));
      assertError(response, "requests", "rate_limit_exceeded");
    }
  }

  @Test
  void aRefusedKeyIsToldAsTheGatewaysFaultAndNotRetried() throws Exception {
    llm.byDefault(new Mood.WrongKey());
    try (var gateway = gateway("OPENAI_API_KEY", "sk-very-secret")) {
      HttpResponse<String> response = gateway.chat(ASK);
      assertEquals(502, response.statusCode());
      assertEquals("false", response.headers().firstValue("x-should-retry").orElse(""));
      assertError(response, "api_error", "provider_unauthorized");
      assertTrue(response.body().contains("OPENAI_API_KEY"), response.body());
      assertFalse(response.body().contains("sk-very-secret"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, 400, invalid_request_error, invalid_request_error",
    "404, 404, invalid_request_error, invalid_request_error",
    "500, 502, api_error, provider_error",
    "503, 503, api_error, provider_error",
  })
  void errorStatusesAreTold(int theirs, int ours, String type, String code) throws Exception {
    llm.byDefault(new Mood.Failure(theirs, "they say why"));
    try (var gateway = gateway()) {
      HttpResponse<String> response = gateway.chat(ASK);
      assertEquals(ours, response.statusCode(), response.body());
      assertError(response, type, code);
      assertTrue(response.body().contains("they say why"));
    }
  }

  @Test
  void garbageAndCutOffAnswersAre502() throws Exception {
    llm.enqueue(new Mood.Garbage(), new Mood.Truncated("half"), new Mood.BrokenStream(0, "half"));
    try (var gateway = gateway()) {
      assertError(gateway.chat(ASK), "api_error", "provider_answer_invalid");
      assertError(gateway.chat(ASK), "api_error", "stream_broken");
      assertError(gateway.chat(ASK), "api_error", "stream_broken");
      llm.enqueue(new Mood.Garbage());
      HttpResponse<String> stream =
          gateway.chat(ASK.replace("{\"model", "{\"stream\":true,\"model"));
      assertEquals(502, stream.statusCode());
      assertError(stream, "api_error", "provider_answer_invalid");
    }
  }

  @Test
  void aSilentProviderIsA504() throws Exception {
    llm.byDefault(new Mood.Silent());
    try (var gateway = gateway("LLM_TOTAL_TIMEOUT", "1500ms")) {
      HttpResponse<String> response = gateway.chat(ASK);
      assertEquals(504, response.statusCode());
      assertError(response, "timeout_error", "provider_timeout");
    }
    RecordedRequest request = llm.awaitRequest(0, Duration.ofSeconds(5));
    assertTrue(request.clientGone().get(5, TimeUnit.SECONDS) != null);
  }

  @Test
  void aProviderThatIsAwayIsA503() throws Exception {
    llm.close();
    try (var gateway = gateway()) {
      HttpResponse<String> response = gateway.chat(ASK);
      assertEquals(503, response.statusCode());
      assertError(response, "api_error", "provider_unreachable");
    }
  }

  @Test
  void badInputIsToldInOpenAisShape() throws Exception {
    try (var gateway = gateway("HTTP_MAX_BODY", "2KiB")) {
      HttpResponse<String> unparsable = gateway.chat("{\"model\":\"m\",\n x}");
      assertEquals(400, unparsable.statusCode());
      assertTrue(unparsable.body().contains("line 2, column"), unparsable.body());

      HttpResponse<String> missing = gateway.chat("{\"model\":\"m\"}");
      assertEquals(400, missing.statusCode());
      assertEquals("messages", RunningGateway.error(missing).path("param").asText());

      HttpResponse<String> long413 = gateway.chat("x".repeat(3000));
      assertEquals(413, long413.statusCode());
      assertError(long413, "invalid_request_error", "body_too_large");

      HttpResponse<String> model = gateway.chat(ASK.replace("\"m\"", "\"gpt-99\""));
      assertEquals(404, model.statusCode());
      assertError(model, "invalid_request_error", "model_not_found");
      assertEquals("model", RunningGateway.error(model).path("param").asText());

      HttpResponse<String> route = gateway.get("/v1/nothing");
      assertEquals(404, route.statusCode());
      assertError(route, "invalid_request_error", "unknown_url");

      HttpResponse<String> method = gateway.get(CHAT);
      assertEquals(405, method.statusCode());
      assertError(method, "invalid_request_error", "method_not_allowed");
      assertTrue(llm.requests(CHAT).isEmpty());
    }
  }

  @Test
  void aMegabyteIsNoProblem() throws Exception {
    try (var gateway = gateway()) {
      HttpResponse<String> response = gateway.chat(ASK.replace("hi", "x".repeat(3_000_000)));
      assertEquals(200, response.statusCode());
    }
  }

  @Test
  void modelsAreListedAndFoundByNamesWithSlashesAndColons() throws Exception {
    llm.offering("text-embedding", "vendor/large:free", "small");
    try (var gateway = new RunningGateway(Map.of("OPENAI_BASE_URL", llm.baseUrl()))) {
      gateway.catalogue.refresh();
      JsonNode list = RunningGateway.json(gateway.get("/v1/models"));
      assertEquals("list", list.path("object").asText());
      assertEquals(
          List.of("auto", "vendor/large:free", "small", "text-embedding", "offline"),
          list.path("data").findValuesAsText("id"));
      JsonNode model = RunningGateway.json(gateway.get("/v1/models/vendor/large:free"));
      assertEquals("openai", model.path("owned_by").asText());
      HttpResponse<String> unknown = gateway.get("/v1/models/nope");
      assertEquals(404, unknown.statusCode());
      assertError(unknown, "invalid_request_error", "model_not_found");
      assertEquals(200, gateway.chat(ASK.replace("\"m\"", "\"auto\"")).statusCode());
      assertEquals(
          "vendor/large:free", llm.requests(CHAT).getFirst().body().path("model").asText());
    }
  }

  @Test
  void theRootIsHarmless() throws Exception {
    try (var gateway = gateway()) {
      assertEquals(200, gateway.get("/").statusCode());
      assertEquals(200, gateway.send("HEAD", "/").statusCode());
    }
  }

  @Test
  void withoutProvidersOfflineAnswersAndRefusesWhatNeedsAModel() throws Exception {
    try (var gateway = new RunningGateway(Map.of())) {
      String ask = ASK.replace("hi", "The gate opens at nine. When does the gate open?");
      for (String model : List.of("auto", "offline")) {
        JsonNode answer =
            RunningGateway.json(gateway.chat(ask.replace("\"m\"", "\"" + model + "\"")));
        assertEquals("offline", answer.path("model").asText());
        assertTrue(answer.toString().contains("“The gate opens at nine.”"), answer.toString());
      }
      HttpResponse<String> schema =
          gateway.chat(
              "{\"model\":\"auto\",\"messages\":[{}],\"response_format\":{\"type\":\"json_schema\"}}");
      assertEquals(400, schema.statusCode());
      assertError(schema, "invalid_request_error", "offline_only");
      assertEquals("response_format", RunningGateway.error(schema).path("param").asText());
    }
  }

  private RunningGateway gateway(String... settings) {
    return RunningGateway.with(llm.baseUrl(), settings);
  }
}
