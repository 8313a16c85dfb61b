package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import io.weir.gateway.pipeline.Json;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.messaging.Outgoing;
import io.weir.messaging.ProtobufCodec;
import io.weir.messaging.RequestFailedException;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.platform.contract.Subjects;
import io.weir.proto.v1.LlmError;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.PromtoolCheck;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The gateway as its own process between a real nats-server and a scripted provider. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class GatewayServiceIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String CHAT = "/v1/chat/completions";
  private static final String ASK =
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";

  private Path folder = Path.of("");
  private final ScriptedLlm llm = ScriptedLlm.start();
  private NatsServer nats;
  private DurableAsker asker;
  private ServiceProcess gateway;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    folder = temporary;
    nats = NatsServer.start(folder.resolve("nats"));
    gateway =
        ServiceProcess.launch(
            launch("gateway")
                .with("NATS_URL", nats.url())
                .with("OPENAI_BASE_URL", llm.baseUrl())
                .with("OPENAI_MODELS", "m"));
    asker = new DurableAsker(nats.url());
    gateway.awaitReady(SOON);
  }

  @AfterAll
  void stop() throws Exception {
    asker.close();
    gateway.close();
    nats.close();
    llm.close();
  }

  @BeforeEach
  void forget() {
    llm.clear();
    llm.byDefault(new Mood.Answer("Scripted words come back."));
  }

  @Test
  void openAisOwnClientGetsAnswersPlainAndStreamed() {
    OpenAIClient client =
        OpenAIOkHttpClient.builder()
            .baseUrl(gateway.url() + "/v1")
            .apiKey("none")
            .maxRetries(0)
            .build();
    ChatCompletionCreateParams ask =
        ChatCompletionCreateParams.builder().model("auto").addUserMessage("hi").build();
    var answer = client.chat().completions().create(ask);
    assertEquals(
        "Scripted words come back.", answer.choices().getFirst().message().content().orElse(""));

    var text = new StringBuilder();
    var usages = new ArrayList<Long>();
    var streamed =
        ask.toBuilder()
            .streamOptions(ChatCompletionStreamOptions.builder().includeUsage(true).build())
            .build();
    try (var stream = client.chat().completions().createStreaming(streamed)) {
      stream.stream()
          .forEach(
              chunk -> {
                chunk.usage().ifPresent(usage -> usages.add(usage.totalTokens()));
                chunk.choices().forEach(c -> text.append(c.delta().content().orElse("")));
              });
    }
    assertEquals("Scripted words come back.", text.toString());
    assertEquals(1, usages.size());
    assertTrue(client.models().list().items().stream().anyMatch(model -> model.id().equals("m")));
    org.junit.jupiter.api.Assertions.assertThrows(
        NotFoundException.class, () -> client.models().retrieve("nope"));
    client.close();
  }

  @Test
  void aDurableRequestIsAnsweredOnceWithWhatHttpWouldAnswer() throws Exception {
    asker.request("once", ASK.formatted("durable"));
    asker.request("once", ASK.formatted("durable"));
    var response = (LlmResponse) asker.answer("once");
    assertEquals("openai", response.getProvider());
    assertEquals("m", response.getModel());
    assertEquals(
        "Scripted words come back.",
        Json.MAPPER
            .readTree(response.getResponseJson().toByteArray())
            .path("choices")
            .path(0)
            .path("message")
            .path("content")
            .asText());
    assertEquals(1, llm.requests(CHAT).size());
    assertEquals(1, asker.answers("once").size());
  }

  @Test
  void aRequestThatWaitsIsAnsweredAtOnceAndItsFailureHasACode() throws Exception {
    LlmResponse response = asker.ask("waiting", ASK.formatted("now"));
    assertEquals("openai", response.getProvider());
    assertEquals("waiting", response.getCorrelationId());
    var refused =
        org.junit.jupiter.api.Assertions.assertThrows(
            RequestFailedException.Refused.class, () -> asker.ask("none", "{\"model\":\"m\"}"));
    assertEquals(400, refused.code());
  }

  @Test
  void whatCanNeverBeAnsweredIsToldAsAnErrorWithItsCode() throws Exception {
    asker.request("no-messages", "{\"model\":\"m\"}");
    asker.request("no-model", ASK.formatted("x").replace("\"m\"", "\"gpt-99\""));
    assertEquals(
        LlmError.Code.CODE_VALIDATION_ERROR, ((LlmError) asker.answer("no-messages")).getCode());
    LlmError unknown = (LlmError) asker.answer("no-model");
    assertEquals(LlmError.Code.CODE_NOT_FOUND, unknown.getCode());
    assertTrue(unknown.getMessage().contains("gpt-99"));
  }

  @Test
  void aFailureThatPassesIsTriedAgain() throws Exception {
    llm.enqueue(new Mood.Failure(500, "a bad moment"));
    asker.request("passing", ASK.formatted("again"));
    assertEquals("openai", ((LlmResponse) asker.answer("passing")).getProvider());
    assertEquals(2, llm.requests(CHAT).size());
  }

  @Test
  void bytesThatAreNoMessageGoToTheDeadLetters() throws Exception {
    asker.publish(
        new Outgoing(
            Subjects.LLM_REQUEST.with(),
            "garbage-1",
            ByteString.copyFromUtf8("this is no protobuf"),
            ProtobufCodec.BINARY,
            "weir.v1.LlmRequest",
            ""));
    DeadLetter letter =
        Await.value(
            "the dead letter",
            SOON,
            () ->
                asker.deadLetters().list(0, 100).stream()
                    .filter(found -> found.subject().equals(Subjects.LLM_REQUEST.with().name()))
                    .findFirst()
                    .orElse(null));
    assertTrue(letter.toString().contains("LlmRequest"), letter.toString());
    assertTrue(llm.requests(CHAT).isEmpty());
  }

  @Test
  void whileTheOnlyProviderIsAwayARequestWaitsAndIsAnsweredAfterwards() throws Exception {
    ScriptedLlm away = ScriptedLlm.start();
    int port = away.port();
    away.close();
    try (var other =
        ServiceProcess.start(
            launch("waiting")
                .with("NATS_URL", nats.url())
                .with("OPENAI_MODELS", "waiting")
                .with("OPENAI_BASE_URL", "http://127.0.0.1:" + port + "/v1"),
            SOON)) {
      // Both processes share the stream; the one with the working provider must not take it.
      assertTrue(gateway.stop());
      try {
        asker.request("patient", ASK.formatted("wait").replace("\"m\"", "\"waiting\""));
        Await.until(
            "the consumer pauses",
            SOON,
            () -> get(other, "/health").toString().contains("waiting for models"));
        try (ScriptedLlm back = ScriptedLlm.start(port)) {
          assertEquals("waiting", ((LlmResponse) asker.answer("patient")).getModel());
          assertEquals(1, back.requests(CHAT).size());
        }
      } finally {
        gateway.restart(SOON);
      }
    }
  }

  @Test
  void withoutNatsTheGatewayIsReadyAndAnswersHttp() throws Exception {
    try (var alone =
        ServiceProcess.start(launch("alone").with("NATS_URL", "nats://127.0.0.1:1"), SOON)) {
      HttpResponse<String> answer =
          post(alone, ASK.formatted("Water boils at 100 degrees. When does water boil?"), "auto");
      assertEquals(200, answer.statusCode());
      assertTrue(answer.body().contains("“Water boils at 100 degrees.”"), answer.body());
      JsonNode health = get(alone, "/health");
      assertEquals("disconnected", health.path("nats").asText());
      assertEquals("offline", health.path("models").path("providers").path(0).asText());
      assertTrue(alone.isReady());
      assertTrue(alone.stop(), "it should drain and end by itself");
    }
  }

  @Test
  void healthAndMetricsTellWhatWasDone() throws Exception {
    assertEquals(200, post(gateway, ASK.formatted("x"), "m").statusCode());
    JsonNode health = get(gateway, "/health");
    assertEquals("llm-gateway", health.path("service").asText());
    assertEquals(2, health.path("models").path("count").asInt(), health.toString());
    Await.until(
        "NATS is told as connected",
        SOON,
        () -> get(gateway, "/health").path("nats").asText().equals("connected"));
    JsonNode summary = get(gateway, "/metrics.json");
    assertTrue(
        summary.path("requests").path("chat_completions").path("count").asInt() >= 1,
        summary.toString());
    assertTrue(
        summary.path("models").path("openai").path("m").path("totalTokens").asInt() > 0,
        summary.toString());
    String metrics = text(gateway, "/metrics");
    assertEquals(List.of(), PromtoolCheck.findings(metrics));
    assertTrue(metrics.contains("weir_llm_tokens_total"), metrics);
  }

  private ServiceLaunch launch(String name) {
    return ServiceLaunch.of(
        Path.of(System.getProperty("weir.root", "..")), "llm-gateway", folder.resolve(name));
  }

  private static HttpResponse<String> post(ServiceProcess service, String body, String model)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create(service.url() + CHAT))
              .POST(HttpRequest.BodyPublishers.ofString(body.replace("\"m\"", "\"" + model + "\"")))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static JsonNode get(ServiceProcess service, String path)
      throws IOException, InterruptedException {
    return Json.MAPPER.readTree(text(service, path));
  }

  private static String text(ServiceProcess service, String path)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(service.url() + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }
}
