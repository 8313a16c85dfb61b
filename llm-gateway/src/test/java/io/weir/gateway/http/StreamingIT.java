package io.weir.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Timer;
import io.weir.proto.v1.LlmUsage;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class StreamingIT {
  private static final String ASK =
      "{\"model\":\"m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
  private static final String ASK_USAGE =
      ASK.replace("}]}", "}],\"stream_options\":{\"include_usage\":true}}");
  private static final String USAGE =
      "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":9}}\n\n";

  private final RawUpstream upstream = raw();
  private final ScriptedLlm scripted = ScriptedLlm.start();

  @AfterEach
  void stop() throws IOException {
    upstream.close();
    scripted.close();
  }

  @Test
  void aPieceReachesTheClientBeforeTheNextOneIsSent() throws Exception {
    try (var gateway = gateway(upstream.baseUrl())) {
      Future<HttpResponse<InputStream>> answer = async(() -> gateway.openChat(ASK_USAGE));
      try (var call = upstream.accept()) {
        call.beginStream();
        for (int n = 0; n < 5; n++) {
          String event = "data: {\"choices\":[{\"delta\":{\"content\":\"" + n + "\"}}]}\n\n";
          call.send(event);
          // Blocks for ever if the gateway holds it back: the next one is not sent before.
          InputStream body = answer.get().body();
          assertEquals(event, text(body.readNBytes(event.length())));
        }
        call.send("data: [DONE]\n\n");
        assertEquals("data: [DONE]\n\n", text(answer.get().body().readAllBytes()));
      }
    }
  }

  @Test
  void theStreamArrivesByteForByteHoweverItWasCut() throws Exception {
    byte[] stream =
        ("data:  {\"odd\" :\"spacing\",\"choices\":[{\"delta\":{\"content\":\"Grüße 世界 👋\"}}]}\n\n"
                + "event: x\r\ndata: {}\r\n\r\n: provider comment\n\n"
                + USAGE
                + "data: [DONE]\n\n")
            .getBytes(StandardCharsets.UTF_8);
    try (var gateway = gateway(upstream.baseUrl())) {
      Future<HttpResponse<InputStream>> answer = async(() -> gateway.openChat(ASK_USAGE));
      try (var call = upstream.accept()) {
        call.beginStream();
        for (byte b : stream) {
          call.send(new byte[] {b});
        }
      }
      assertArrayEquals(stream, answer.get().body().readAllBytes());
      assertEquals("text/event-stream", type(answer.get()));
    }
  }

  @Test
  void usageIsCountedButNotPassedOnWhenTheClientDidNotAsk() throws Exception {
    try (var gateway = gateway(upstream.baseUrl())) {
      Future<HttpResponse<InputStream>> answer = async(() -> gateway.openChat(ASK));
      try (var call = upstream.accept()) {
        assertTrue(call.request().contains("\"stream_options\":{\"include_usage\":true}"));
        assertTrue(call.request().contains("Accept-Encoding: identity"));
        call.beginStream();
        call.send("data: {\"choices\":[{}]}\n\n" + USAGE + "data: [DONE]\n\n");
      }
      InputStream body = answer.get().body();
      assertEquals("data: {\"choices\":[{}]}\n\ndata: [DONE]\n\n", text(body.readAllBytes()));
      // Told before the end was sent, so no waiting.
      LlmUsage told = gateway.told.getFirst();
      assertEquals("ok", told.getOutcome());
      assertEquals(9, told.getOutputTokens());
      assertFalse(told.getEstimated());
      Await.until(
          "tokens counted",
          Duration.ofSeconds(5),
          () ->
              gateway.meters.get("weir.llm.tokens").tag("type", "output").counter().count() == 9.0
                  && gateway.meters.get("weir.llm.tokens").tag("type", "input").counter().count()
                      == 5.0);
      Await.until(
          "the request counted, once its last byte is sent",
          Duration.ofSeconds(30),
          () -> {
            Timer timer =
                gateway
                    .meters
                    .find("weir.requests")
                    .tag("endpoint", "chat_completions_stream")
                    .tag("outcome", "ok")
                    .timer();
            return timer != null && timer.count() == 1;
          });
    }
  }

  @Test
  void aBreakAfterTheFirstByteIsAnErrorEventAndNoDone() throws Exception {
    scripted.byDefault(new Mood.BrokenStream(2, "one two three four"));
    try (var gateway = gateway(scripted.baseUrl())) {
      HttpResponse<String> answer = gateway.chat(ASK);
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("one"), answer.body());
      assertTrue(answer.body().endsWith("\"code\":\"stream_broken\"}}\n\n"), answer.body());
      assertFalse(answer.body().contains("[DONE]"));
      assertFalse(answer.body().contains("\"error\":null"));
      LlmUsage told = told(gateway);
      assertEquals("unknown", told.getOutcome());
      assertTrue(told.getEstimated() && told.getInputTokens() > 0, told.toString());
    }
  }

  @Test
  void aBreakBeforeTheFirstByteIsAPlainError() throws Exception {
    scripted.byDefault(new Mood.BrokenStream(0, "one"));
    try (var gateway = gateway(scripted.baseUrl())) {
      HttpResponse<String> answer = gateway.chat(ASK);
      assertEquals(502, answer.statusCode(), answer.body());
      assertEquals("stream_broken", RunningGateway.error(answer).path("code").asText());
    }
  }

  @Test
  void aProviderThatFallsSilentEndsTheStreamAfterTheIdleTimeOut() throws Exception {
    try (var gateway = gateway(upstream.baseUrl(), "LLM_IDLE_TIMEOUT", "300ms")) {
      Future<HttpResponse<String>> answer = async(() -> gateway.chat(ASK));
      try (var call = upstream.accept()) {
        call.beginStream();
        call.send("data: {\"choices\":[{}]}\n\n");
        String body = answer.get().body();
        assertTrue(body.contains("\"code\":\"provider_timeout\""), body);
        assertFalse(body.contains("[DONE]"));
        assertTrue(call.closedByClient());
      }
    }
  }

  @Test
  void aProviderThatNeverBeginsIsA504() throws Exception {
    scripted.byDefault(new Mood.Silent());
    try (var gateway = gateway(scripted.baseUrl(), "LLM_FIRST_BYTE_TIMEOUT", "150ms")) {
      HttpResponse<String> answer = gateway.chat(ASK);
      assertEquals(504, answer.statusCode(), answer.body());
      assertEquals("provider_timeout", RunningGateway.error(answer).path("code").asText());
    }
  }

  @Test
  void keepAliveCommentsComeWhileTheProviderThinksAndAnErrorThenIsAnEvent() throws Exception {
    var settings = Map.of("OPENAI_BASE_URL", upstream.baseUrl(), "OPENAI_MODELS", "m");
    try (var gateway = new RunningGateway(settings, Duration.ofMillis(200))) {
      Future<HttpResponse<InputStream>> answer = async(() -> gateway.openChat(ASK));
      InputStream body;
      try (var call = upstream.accept()) {
        assertEquals(200, answer.get().statusCode());
        body = answer.get().body();
        assertEquals(": keep-alive\n\n: keep-alive\n\n", text(body.readNBytes(28)));
      }
      String rest = text(body.readAllBytes());
      assertTrue(rest.contains("data: {\"error\":{"), rest);
    }
  }

  @Test
  void anAnswerThatBeginsAfterKeepAlivesComesWhole() throws Exception {
    var settings = Map.of("OPENAI_BASE_URL", upstream.baseUrl(), "OPENAI_MODELS", "m");
    try (var gateway = new RunningGateway(settings, Duration.ofMillis(200))) {
      Future<HttpResponse<InputStream>> answer = async(() -> gateway.openChat(ASK));
      try (var call = upstream.accept()) {
        InputStream body = answer.get().body();
        assertEquals(": keep-alive\n\n", text(body.readNBytes(14)));
        call.beginStream();
        call.send("data: {\"choices\":[{}]}\n\n");
        String next = text(body.readNBytes(14));
        while (next.equals(": keep-alive\n\n")) {
          next = text(body.readNBytes(14));
        }
        assertEquals("data: {\"choice", next);
      }
    }
  }

  @Test
  void aClientThatGoesAwayEndsTheCallAtTheProvider() throws Exception {
    var settings = Map.of("OPENAI_BASE_URL", upstream.baseUrl(), "OPENAI_MODELS", "m");
    try (var gateway = new RunningGateway(settings, Duration.ofMillis(200))) {
      Future<HttpResponse<InputStream>> answer = async(() -> gateway.openChat(ASK));
      try (var call = upstream.accept()) {
        call.beginStream();
        call.send("data: {\"choices\":[{}]}\n\n");
        InputStream body = answer.get().body();
        assertEquals("data:", text(body.readNBytes(5)));
        body.close();
        assertTrue(call.closedByClient(), "the provider still has to answer");
      }
      Await.until(
          "counted as cancelled",
          Duration.ofSeconds(5),
          () ->
              gateway.meters.get("weir.llm.calls").tag("outcome", "cancelled").counter().count()
                  == 1.0);
      assertEquals("cancelled", told(gateway).getOutcome());
    }
  }

  @Test
  void aStoredStreamIsGivenAgainForItsIdempotencyKey() throws Exception {
    scripted.byDefault(new Mood.Answer("bought once"));
    try (var gateway = gateway(scripted.baseUrl())) {
      String first = gateway.chat(ASK, "Idempotency-Key", "k1").body();
      String second = gateway.chat(ASK, "Idempotency-Key", "k1").body();
      assertEquals(first, second);
      assertTrue(first.contains("bought"));
      assertEquals(1, scripted.requests("/v1/chat/completions").size());
    }
  }

  private static LlmUsage told(RunningGateway gateway) throws InterruptedException {
    return Await.value(
        "its usage", Duration.ofSeconds(30), () -> gateway.told.stream().findFirst().orElse(null));
  }

  private static RunningGateway gateway(String baseUrl, String... settings) {
    return RunningGateway.with(baseUrl, settings);
  }

  private static RawUpstream raw() {
    try {
      return new RawUpstream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static <T> Future<T> async(java.util.concurrent.Callable<T> task) {
    var future = new FutureTask<>(task);
    Thread.ofVirtual().start(future);
    return future;
  }

  private static String type(HttpResponse<?> response) {
    return response.headers().firstValue("content-type").orElse("").split(";", 2)[0];
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
