package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackConfig;
import io.weir.localstack.StackService;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.SchemaSample;
import io.weir.testsupport.ScriptedLlm;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The workers ask a model through the gateway, and the gateway asks an OpenAI-compatible endpoint.
 */
final class ModelIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String PROVIDER_KEY = "sk-provider-key-of-this-test";
  private static final String PLANTED = "hunter2-hunter2-Kq8Zt1Xw";
  private static final String REVIEW =
      """
      {"summary": "It divides by zero.", "findings": [
        {"file": "pay.py", "severity": "high", "category": "bug", "rule": "division-by-zero",
         "message": "Divides by the constant zero.", "existing_code": "    return total / 0",
         "suggestion": "    return total", "confidence": 0.9, "start_line": 99, "end_line": 99},
        {"file": "pay.py", "severity": "high", "category": "bug", "rule": "invented",
         "message": "This code is not there.", "existing_code": "launch_rockets()",
         "suggestion": "", "confidence": 0.9, "start_line": 1, "end_line": 1}]}
      """;

  @TempDir static Path home;
  private static ScriptedLlm model;
  private static LocalStack stack;

  @BeforeAll
  static void start() throws Exception {
    model = ScriptedLlm.start().offering("scripted-large");
    model.answering(
        request ->
            request.path("response_format").toString().contains("existing_code")
                ? new Mood.Answer(REVIEW)
                : SchemaSample.answer(request, "The ferry leaves at 7:40."));
    stack =
        LocalStack.start(
            StackConfig.forTest(Checkout.root(), home)
                .with("OPENAI_BASE_URL", model.baseUrl())
                .with("OPENAI_API_KEY", PROVIDER_KEY),
            state -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    stack.close();
    model.close();
  }

  @Test
  void aReviewHoldsTheModelsFindingsWhereTheirQuotesStandAndNoSecretLeavesTheHouse()
      throws Exception {
    Api api = new Api(stack.url(StackService.REVIEW_WORKER));
    var body = JsonNodeFactory.instance.objectNode();
    body.put("user_id", "alice");
    body.put("job_type", "review");
    body.put("file_path", "pay.py");
    body.put(
        "file_content",
        "PASSWORD = \"" + PLANTED + "\"\n\n\ndef pay(total):\n    return total / 0\n");
    String job = api.post("/jobs/enqueue", body).json().path("job_id").asText();
    JsonNode done =
        Await.value(
            "the review",
            PATIENCE,
            () -> {
              JsonNode seen = api.get("/jobs/" + job).json();
              return seen.path("status").asText().equals("completed") ? seen : null;
            });
    JsonNode results = done.path("results");
    JsonNode byModel = null;
    for (JsonNode finding : results.path("findings")) {
      assertFalse(finding.path("rule").asText().equals("invented"), results::toPrettyString);
      if (finding.path("rule").asText().equals("division-by-zero")) {
        byModel = finding;
      }
    }
    assertTrue(byModel != null, results::toPrettyString);
    assertEquals(
        5, byModel.path("start_line").asInt(), "where the quote stands, not where it was said");
    assertTrue(done.path("tokens_used").path("total_tokens").asInt() > 0, done::toPrettyString);
    assertTrue(results.toString().contains("secret"), results::toPrettyString);
    for (String place : List.of(done.toString(), model.requests().toString())) {
      assertFalse(place.contains(PLANTED), place);
    }
    assertNowhereInTheFiles(PLANTED);
  }

  @Test
  void aPackIsMadeByTheModelAndKeepsTheBannedWords() throws Exception {
    Api.Answer answer =
        new Api(stack.url(StackService.ENRICHER_SERVICE))
            .post(
                "/enrich?wait=60s",
                """
                {"campaign_id": "spring", "locale": "fr-FR", "region": "FR", "audience": "cyclists",
                 "brand_compliance": {"banned_words": ["bon marché"], "legal_guidelines": []}}
                """);
    assertEquals(200, answer.status(), answer::toString);
    assertEquals("llm", answer.json().path("mode").asText(), answer::toString);
    assertTrue(answer.json().path("pack").path("banned_words").toString().contains("bon marché"));
  }

  @Test
  void aChatIsAnsweredByTheModelAndItsKeyStaysInTheGateway() throws Exception {
    Api.Answer answer =
        new Api(stack.url(StackService.LLM_GATEWAY))
            .post(
                "/v1/chat/completions",
                """
                {"model": "auto", "messages": [{"role": "user", "content": "When does the ferry leave?"}]}
                """);
    assertEquals(200, answer.status(), answer::toString);
    assertEquals(
        "The ferry leaves at 7:40.",
        answer.json().path("choices").path(0).path("message").path("content").asText());
    assertTrue(
        model.requests("/v1/chat/completions").stream()
            .allMatch(
                request ->
                    request.header("Authorization").orElse("").equals("Bearer " + PROVIDER_KEY)));
    assertNowhereInTheFiles(PROVIDER_KEY);
  }

  /** Logs, MongoDB's files and JetStream's. */
  private static void assertNowhereInTheFiles(String secret) throws Exception {
    byte[] wanted = secret.getBytes(StandardCharsets.UTF_8);
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        assertFalse(
            content.contains(new String(wanted, StandardCharsets.ISO_8859_1)),
            () -> "the secret is in " + file);
      }
    }
  }
}
