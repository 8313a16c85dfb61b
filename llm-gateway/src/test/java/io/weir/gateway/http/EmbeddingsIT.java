package io.weir.gateway.http;

import static io.weir.gateway.http.RunningGateway.assertError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class EmbeddingsIT {
  private static final String PATH = "/v1/embeddings";
  private static final String ASK =
      "{\"model\":\"m\",\"input\":[\"one text\",\"another\"],\"dimensions\":8,\"x_own\":1.50}";
  private final ScriptedLlm llm = ScriptedLlm.start();

  @AfterEach
  void stop() {
    llm.close();
  }

  @Test
  void textsBecomeVectorsAsNumbersOrBase64AsTheProviderSendsThem() throws Exception {
    try (var gateway = RunningGateway.with(llm.baseUrl())) {
      HttpResponse<String> numbers = gateway.post(PATH, ASK.replace("\"m\"", "\"openai:m\""));
      assertEquals(200, numbers.statusCode(), numbers.body());
      assertTrue(numbers.headers().firstValue("x-request-id").isPresent());
      assertEquals("openai", numbers.headers().firstValue("x-weir-provider").orElse(""));
      JsonNode data = RunningGateway.json(numbers).path("data");
      assertEquals(2, data.size());
      assertEquals(8, data.path(1).path("embedding").size());

      HttpResponse<String> base64 =
          gateway.post(PATH, ASK.replace("8,", "8,\"encoding_format\":\"base64\","));
      assertTrue(RunningGateway.json(base64).path("data").path(0).path("embedding").isTextual());

      RecordedRequest sent = llm.requests(PATH).getFirst();
      assertEquals("m", sent.body().path("model").asText());
      assertEquals("1.5", sent.body().path("x_own").asText());
      assertTrue(
          gateway
                  .meters
                  .get("weir.llm.tokens")
                  .tag("model", "m")
                  .tag("type", "input")
                  .counter()
                  .count()
              > 0);
      assertEquals(
          2, gateway.meters.get("weir.requests").tag("endpoint", "embeddings").timer().count());
    }
  }

  @Test
  void theAnswerPassesByteForByte() throws Exception {
    String odd =
        "{ \"object\":\"list\",\"data\":[{\"embedding\":[0.10,-1e-7]}],\"usage\":{\"prompt_tokens\":7}"
            + " }";
    try (var upstream = new RawUpstream();
        var gateway = RunningGateway.with(upstream.baseUrl())) {
      var answer = new FutureTask<>(() -> gateway.post(PATH, ASK));
      Thread.ofVirtual().start(answer);
      try (var call = upstream.accept()) {
        assertTrue(call.request().startsWith("POST /v1/embeddings"), call.request());
        assertTrue(call.request().endsWith(ASK), call.request());
        call.send(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                .formatted(odd.length(), odd));
        assertEquals(odd, answer.get().body());
      }
    }
  }

  @Test
  void theSameIdempotencyKeyIsPaidOnce() throws Exception {
    try (var gateway = RunningGateway.with(llm.baseUrl())) {
      String first = gateway.post(PATH, ASK, "Idempotency-Key", "e1").body();
      assertEquals(first, gateway.post(PATH, ASK, "Idempotency-Key", "e1").body());
      assertEquals(1, llm.requests(PATH).size());
    }
  }

  @Test
  void autoIsTheFirstModelThatIsNamedForIt() throws Exception {
    llm.offering("large", "text-embedding-3", "embed-2");
    try (var gateway = new RunningGateway(Map.of("OPENAI_BASE_URL", llm.baseUrl()))) {
      gateway.catalogue.refresh();
      assertEquals(200, gateway.post(PATH, ASK.replace("\"m\"", "\"auto\"")).statusCode());
      assertEquals("text-embedding-3", llm.requests(PATH).getFirst().body().path("model").asText());
    }
    try (var gateway = RunningGateway.with(llm.baseUrl())) {
      HttpResponse<String> none = gateway.post(PATH, ASK.replace("\"m\"", "\"auto\""));
      assertEquals(404, none.statusCode());
      assertError(none, "invalid_request_error", "model_not_found");
    }
  }

  @Test
  void anAliasStandsForItsModel(@TempDir Path folder) throws Exception {
    Path models =
        Files.writeString(folder.resolve("models.yaml"), "aliases:\n  vectors: [openai:m]\n");
    try (var gateway = RunningGateway.with(llm.baseUrl(), "WEIR_MODELS", models.toString())) {
      assertEquals(200, gateway.post(PATH, ASK.replace("\"m\"", "\"vectors\"")).statusCode());
      assertEquals("m", llm.requests(PATH).getFirst().body().path("model").asText());
      assertEquals(200, gateway.get("/v1/models/vectors").statusCode());
      assertEquals(200, gateway.get("/v1/models/openai:m").statusCode());
    }
  }

  @Test
  void whatGoesWrongIsToldAsForChat() throws Exception {
    llm.enqueue(
        new Mood.Garbage(),
        new Mood.Truncated("x"),
        new Mood.WrongKey(),
        new Mood.RateLimited(Duration.ofSeconds(3)));
    try (var gateway = RunningGateway.with(llm.baseUrl())) {
      assertError(gateway.post(PATH, ASK), "api_error", "provider_answer_invalid");
      assertError(gateway.post(PATH, ASK), "api_error", "stream_broken");
      assertError(gateway.post(PATH, ASK), "api_error", "provider_unauthorized");
      // The last, for a provider that asks to be left alone is.
      HttpResponse<String> limited = gateway.post(PATH, ASK);
      assertEquals(429, limited.statusCode());
      assertEquals("3000", limited.headers().firstValue("retry-after-ms").orElse(""));
      for (String input : new String[] {"", ",\"input\":[]", ",\"input\":{}", ",\"input\":[{}]"}) {
        HttpResponse<String> wrong = gateway.post(PATH, "{\"model\":\"m\"" + input + "}");
        assertEquals(400, wrong.statusCode(), wrong.body());
        assertTrue(RunningGateway.error(wrong).path("param").asText().startsWith("input"), input);
      }
      assertEquals(4, llm.requests(PATH).size());
    }
  }

  @Test
  void withoutAModelThereAreNone() throws Exception {
    try (var gateway = new RunningGateway(Map.of())) {
      HttpResponse<String> refused = gateway.post(PATH, ASK.replace("\"m\"", "\"auto\""));
      assertEquals(400, refused.statusCode());
      assertError(refused, "invalid_request_error", "offline_only");
    }
  }
}
