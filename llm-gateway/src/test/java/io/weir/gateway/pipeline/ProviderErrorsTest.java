package io.weir.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.pipeline.Failure.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderErrorsTest {
  private static final String BODY =
      "{\"error\":{\"message\":\"what sk-123 said\",\"param\":\"top_p\",\"code\":\"its_code\","
          + "\"type\":\"its_type\"}}";

  @ParameterizedTest
  @CsvSource({
    "400, PROVIDER_REFUSED, 400, its_code",
    "422, PROVIDER_REFUSED, 422, its_code",
    "401, PROVIDER_CREDENTIALS, 502, provider_unauthorized",
    "402, PROVIDER_CREDENTIALS, 502, provider_no_credit",
    "403, PROVIDER_CREDENTIALS, 502, provider_forbidden",
    "404, MODEL_NOT_FOUND, 404, its_code",
    "408, TIME_OUT, 504, provider_timeout",
    "429, RATE_LIMITED, 429, its_code",
    "500, PROVIDER_ERROR, 502, provider_error",
    "503, PROVIDER_ERROR, 503, provider_error",
    "504, TIME_OUT, 504, provider_timeout",
    "302, PROVIDER_ERROR, 502, provider_misconfigured",
  })
  void eachStatusIsToldAsWhatItMeansForTheCaller(int theirs, Kind kind, int ours, String code) {
    Failure failure = failure(theirs, BODY);
    assertEquals(kind, failure.kind());
    assertEquals(ours, failure.status());
    assertEquals(code, failure.code());
    boolean theirWords = code.equals("its_code");
    assertEquals(!theirWords, failure.message().contains("'p'"));
    assertEquals(theirWords, failure.type().equals("its_type"));
  }

  @Test
  void aRefusalKeepsTheProvidersWordsAndField() {
    Failure failure = failure(400, BODY);
    assertEquals("what sk-123 said", failure.message());
    assertEquals("top_p", failure.param());
    assertEquals("top_p", failure(429, BODY).param());
  }

  @Test
  void aRefusalWithoutWordsIsToldInOurs() {
    assertTrue(failure(400, "<html>").message().contains("'p'"));
    assertEquals("invalid_request_error", failure(400, "<html>").type());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"detail\":\"field required\"} | field required",
        "{\"detail\":[{\"loc\":[\"body\",\"x\"],\"msg\":\"required\"}]} "
            + "| [{\"loc\":[\"body\",\"x\"],\"msg\":\"required\"}]",
        "[{\"error\":{\"message\":\"no such field\"}}] | no such field",
        "upstream connect error | upstream connect error",
      })
  void wordsInAnotherFormThanOpenAisAreWordsToo(String body, String words) {
    assertEquals(words, failure(422, body).message());
  }

  @Test
  void aRefusedKeyIsTheGatewaysFaultAndNothingOfItIsRepeated() {
    Failure failure = failure(401, BODY);
    assertTrue(failure.message().contains("THE_KEY"));
    assertFalse(failure.message().contains("sk-123"));
  }

  @Test
  void whatIsForbiddenIsToldInTheProvidersWords() {
    String told = failure(403, "{\"error\":{\"message\":\"not in your country\"}}").message();
    assertTrue(told.contains("not in your country") && told.contains("THE_KEY"), told);
    assertEquals("provider_unauthorized", failure(403, "").code(), "only the key is left to blame");
  }

  /** As Anthropic and Google have them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"error\":{\"type\":\"invalid_request_error\",\"message\":"
            + "\"Your credit balance is too low to access the Anthropic API.\"}}"
            + " | provider_no_credit",
        "[{\"error\":{\"code\":400,\"message\":\"API key not valid.\",\"details\":"
            + "[{\"reason\":\"API_KEY_INVALID\"}]}}]"
            + " | provider_unauthorized",
      })
  void whatTheOperatorHasToMendIsNotTheCallersFault(String body, String code) {
    Failure failure = failure(400, body);
    assertEquals(Kind.PROVIDER_CREDENTIALS, failure.kind());
    assertEquals(502, failure.status());
    assertEquals(code, failure.code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"code\":429,\"message\":\"slow down\"}",
        "{\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}",
        "{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}"
      })
  void aRateLimitThatComesAsAnAnswerIsOne(String error) {
    Failure failure =
        ProviderErrors.inAnswer(
                "p",
                Json.object(("{\"error\":" + error + "}").getBytes(StandardCharsets.UTF_8))
                    .orElseThrow())
            .orElseThrow();
    assertEquals(Failure.Kind.RATE_LIMITED, failure.kind());
    assertEquals(429, failure.status());
    assertEquals("slow down", failure.message());
    assertEquals("rate_limit_exceeded", failure.code());
  }

  @Test
  void retryAfterIsKept() {
    assertEquals(Duration.ofSeconds(7), failure(429, "no json").retryAfter());
    assertEquals("rate_limit_exceeded", failure(429, "no json").code());
  }

  @ParameterizedTest
  @CsvSource({
    "1500, 9, 1500",
    ", 9, 9000",
    ", 0.5, 500",
    "junk, 2, 2000",
    ", 'Sat, 21 Nov 2026 02:00:30 GMT', 30000",
    ", 'Sat, 21 Nov 2026 01:00:00 GMT', 0",
    ", junk, ",
    ", -3, ",
    ", , ",
  })
  void retryAfterIsReadInAllItsForms(String millis, String header, Long wanted) {
    assertEquals(
        Optional.ofNullable(wanted).map(Duration::ofMillis),
        RetryAfter.of(
            Optional.ofNullable(millis),
            Optional.ofNullable(header),
            Instant.parse("2026-11-21T02:00:00Z")));
  }

  @Test
  void ourShapeHasAllFourFieldsAndNothingElse() {
    assertEquals(
        "{\"error\":{\"message\":\"m\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
        new String(ErrorBody.json(Failure.invalid("m", null)), StandardCharsets.UTF_8));
  }

  private static Failure failure(int status, String body) {
    return ProviderErrors.of(
        "p",
        status,
        body.getBytes(StandardCharsets.UTF_8),
        Optional.of(Duration.ofSeconds(7)),
        Optional.of("THE_KEY"));
  }
}
