package io.weir.gateway.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.config.ProviderKind;
import io.weir.gateway.config.TimeOuts;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.provider.ChatProvider.Answer;
import io.weir.gateway.provider.ChatProvider.Models;
import io.weir.gateway.provider.ChatProvider.Opening;
import io.weir.gateway.upstream.UpstreamHttp;
import io.weir.messaging.runtime.Secret;
import io.weir.testsupport.ScriptedJules;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jules against a stand-in with sessions, pages and states. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class JulesIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final TimeOuts PATIENT = new TimeOuts(LONG, LONG, LONG, LONG);

  private final ScriptedJules jules = ScriptedJules.start();
  private final UpstreamHttp http = new UpstreamHttp(PATIENT);

  @AfterEach
  void stop() {
    http.close();
    jules.close();
  }

  @Test
  void aDurableRequestBeginsOneSessionAndGetsItsLastWordAndItsPullRequest() throws Exception {
    assertEquals(Failure.Kind.STILL_RUNNING, failed(ask("w1", "")).kind());
    JsonNode session = jules.sessions().getFirst();
    assertEquals("Mend the build", session.path("prompt").asText());
    assertTrue(session.path("title").asText().startsWith("Mend the build [weir:"));
    assertEquals("sources/github/o/r", session.path("sourceContext").path("source").asText());
    assertEquals(
        "main",
        session.path("sourceContext").path("githubRepoContext").path("startingBranch").asText());
    for (String state : List.of("PLANNING", "IN_PROGRESS", "PAUSED", "FROM_NEXT_YEAR")) {
      jules.state(state);
      Failure running = failed(ask("w1", ""));
      assertEquals(Failure.Kind.STILL_RUNNING, running.kind());
      assertEquals(Duration.ofSeconds(15), running.retryAfter());
    }
    jules
        .activity("agentMessaged", "agentMessage", "I begin.")
        .activity("progressUpdated", "title", "half")
        .activity("agentMessaged", "agentMessage", "It is mended.")
        .pullRequest("https://github.com/o/r/pull/7")
        .state("COMPLETED");
    var answer = assertInstanceOf(Answer.Answered.class, ask("w1", ""));
    JsonNode completion = Json.MAPPER.readTree(answer.body());
    assertEquals(
        "It is mended.",
        completion.path("choices").path(0).path("message").path("content").asText());
    assertEquals(
        "https://github.com/o/r/pull/7",
        completion.path("jules").path("outputs").path(0).path("pullRequest").path("url").asText());
    assertEquals(1, jules.sessions().size());
  }

  @Test
  void aSessionIsFoundAgainAmongOthersByWhoeverLooks() throws Exception {
    for (int i = 0; i < 5; i++) {
      assertEquals(Failure.Kind.STILL_RUNNING, failed(ask("w" + i, "")).kind());
    }
    // Another process, which remembers nothing.
    Failure found = failed(provider(Clock.systemUTC()).completeDurable(request(""), "jules", "w0"));
    assertTrue(found.message().contains("session 1000"), found.message());
    assertEquals(5, jules.sessions().size());
  }

  @Test
  void aPlanIsApprovedUnlessSomebodyWantsToDoItByHand() throws Exception {
    var _ = ask("auto", "");
    jules.state("AWAITING_PLAN_APPROVAL");
    var _ = ask("auto", "");
    assertEquals("IN_PROGRESS", jules.sessions().getLast().path("state").asText());
    String byHand = ",\"jules\":{\"require_plan_approval\":true,\"branch\":\"dev\"}";
    var _ = ask("hand", byHand);
    assertEquals(
        "dev",
        jules
            .sessions()
            .getLast()
            .path("sourceContext")
            .path("githubRepoContext")
            .path("startingBranch")
            .asText());
    jules.state("AWAITING_PLAN_APPROVAL");
    assertEquals(Failure.Kind.STILL_RUNNING, failed(ask("hand", byHand)).kind());
    assertEquals("AWAITING_PLAN_APPROVAL", jules.sessions().getLast().path("state").asText());
  }

  @Test
  void whatEndsWithoutAnAnswerIsToldWithItsReasonAndAddress() throws Exception {
    var _ = ask("w", "");
    jules.activity("sessionFailed", "reason", "no such branch").state("FAILED");
    Failure failed = failed(ask("w", ""));
    assertEquals("jules_failed", failed.code());
    assertEquals(Failure.Kind.PROVIDER_REFUSED, failed.kind());
    assertTrue(failed.message().contains("no such branch"), failed.message());
    assertTrue(failed.message().contains("https://jules.google.com/session/"), failed.message());
    jules.activity("agentMessaged", "agentMessage", "Which one?").state("AWAITING_USER_FEEDBACK");
    Failure asks = failed(ask("w", ""));
    assertEquals("jules_awaits_feedback", asks.code());
    assertTrue(asks.message().contains("Which one?"), asks.message());
    jules.state("IN_PROGRESS");
    Clock later = Clock.fixed(Instant.now().plus(Duration.ofHours(25)), ZoneOffset.UTC);
    Failure old = failed(provider(later).completeDurable(request(""), "jules", "w"));
    assertEquals("jules_timed_out", old.code());
  }

  @Test
  void overHttpItSaysWhereToAsk() throws Exception {
    ChatProvider provider = provider(Clock.systemUTC());
    for (Failure failure :
        List.of(
            failed(provider.complete(request(""), "jules")),
            assertInstanceOf(Opening.Failed.class, provider.open(request(""), "jules"))
                .failure())) {
      assertEquals(400, failure.status());
      assertEquals("durable_only", failure.code());
      assertTrue(failure.message().contains("ai.llm.request"), failure.message());
    }
    assertTrue(jules.calls().isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ,"tools":[] | tools
          ,"temperature":0 | temperature
          ,"jules":{"colour":"red"} | jules.colour
          """)
  void whatItCanNotHonourIsRefusedByName(String more, String param) throws Exception {
    assertEquals(param, failed(ask("w", more)).param());
    assertTrue(jules.sessions().isEmpty());
  }

  @ParameterizedTest
  @CsvSource({
    "401, PROVIDER_CREDENTIALS",
    "429, RATE_LIMITED",
    "500, PROVIDER_ERROR",
    "503, PROVIDER_ERROR"
  })
  void refusalsAreToldAsForOthers(int status, Failure.Kind kind) throws Exception {
    jules.failing(status);
    assertEquals(kind, failed(ask("w", "")).kind());
    var unknown = assertInstanceOf(Models.Unknown.class, provider(Clock.systemUTC()).models());
    assertEquals(kind, unknown.failure().kind());
    jules.failing(0);
    assertEquals(Failure.Kind.STILL_RUNNING, failed(ask("w", "")).kind());
    assertFalse(jules.sessions().isEmpty());
  }

  @Test
  void whoIsAwayIsTold() throws Exception {
    jules.close();
    assertEquals(Failure.Kind.PROVIDER_UNREACHABLE, failed(ask("w", "")).kind());
  }

  private Answer ask(String workId, String more) throws InterruptedException {
    return provider(Clock.systemUTC()).completeDurable(request(more), "jules", workId);
  }

  private ChatProvider provider(Clock clock) {
    var config =
        new ProviderConfig(
            "jules",
            ProviderKind.GOOGLE_JULES,
            URI.create(jules.baseUrl()),
            Optional.of("THE_KEY"),
            Optional.of(new Secret("k")),
            Map.of(),
            PATIENT,
            List.of(),
            OptionalInt.empty(),
            new ProviderConfig.Own(
                true,
                1,
                Optional.of("sources/github/o/r"),
                Optional.of("main"),
                Duration.ofDays(1)));
    return ConfiguredProviders.of(List.of(config), http, clock).getFirst();
  }

  private static ChatRequest request(String more) {
    String body =
        "{\"model\":\"jules\",\"messages\":[{\"role\":\"user\",\"content\":\"Mend the build\"}]"
            + more
            + "}";
    var read = ChatRequestReader.read(body.getBytes(StandardCharsets.UTF_8));
    return assertInstanceOf(ChatRequestReader.Result.Valid.class, read).request();
  }

  private static Failure failed(Answer answer) {
    return assertInstanceOf(Answer.Failed.class, answer, answer::toString).failure();
  }
}
