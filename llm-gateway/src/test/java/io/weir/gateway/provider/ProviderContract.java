package io.weir.gateway.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.config.ProviderKind;
import io.weir.gateway.config.TimeOuts;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.provider.ChatProvider.Answer;
import io.weir.gateway.provider.ChatProvider.Models;
import io.weir.gateway.provider.ChatProvider.Opening;
import io.weir.gateway.provider.ChatStream.Part;
import io.weir.gateway.upstream.UpstreamHttp;
import io.weir.messaging.runtime.Secret;
import io.weir.testsupport.Mood;
import io.weir.testsupport.RecordedRequest;
import io.weir.testsupport.ScriptedLlm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every provider that answers chat by HTTP keeps to, whatever it speaks to the other side: run
 * against a stand-in that behaves, and misbehaves, like the real one.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
abstract class ProviderContract {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final TimeOuts PATIENT = new TimeOuts(LONG, LONG, LONG, LONG);

  /** Put together here, so that nobody takes it for one. */
  private static final String KEY = "sk-" + "contract".repeat(3);

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final List<UpstreamHttp> clients = new ArrayList<>();

  private final ProviderKind kind;
  private final String keyHeader;

  ProviderContract(ProviderKind kind, String keyHeader) {
    this.kind = kind;
    this.keyHeader = keyHeader;
  }

  @AfterEach
  void stop() {
    clients.forEach(UpstreamHttp::close);
    llm.close();
  }

  @Test
  void aWholeAnswerComesWithItsTokens() throws Exception {
    llm.byDefault(new Mood.Answer("Grüße, world 👋", "stop", new Mood.Usage(120, 7, 100)));
    var answer = answered(provider().complete(ask(""), "m"));
    JsonNode completion = json(answer);
    JsonNode choice = completion.path("choices").path(0);
    assertEquals("chat.completion", completion.path("object").asText());
    assertEquals("Grüße, world 👋", choice.path("message").path("content").asText());
    assertEquals("stop", choice.path("finish_reason").asText());
    assertEquals(new Usage(120, 7, 100), answer.usage());
    assertEquals(Optional.of(answer.usage()), Usage.of(completion));
    RecordedRequest sent = llm.requests().getFirst();
    assertTrue(sent.header(keyHeader).orElse("").contains(KEY), sent.headers().toString());
    assertEquals("ours", sent.header("x-team").orElse(""));
    assertEquals("m", sent.body().path("model").asText());
  }

  @Test
  void aStreamArrivesWholeAndInOrder() throws Exception {
    llm.byDefault(new Mood.Answer("one two three four", "length", new Mood.Usage(9, 4, 2)));
    Streamed streamed = read(opened(provider().open(streaming(""), "m")));
    assertEquals("one two three four", streamed.text());
    assertEquals("length", streamed.finish());
    assertInstanceOf(Part.End.class, streamed.last());
    assertEquals(Optional.of(new Usage(9, 4, 2)), streamed.usage());
    assertTrue(streamed.raw().endsWith("data: [DONE]\n\n"), streamed.raw());
    assertFalse(streamed.raw().contains("\"choices\":[]"), "nobody asked for usage");
    assertFalse(streamed.raw().contains("\"error\""), streamed.raw());
    assertEquals(1, streamed.ids().size(), "one id for the whole stream");
  }

  @Test
  void theUsageChunkComesToThoseWhoAskForIt() throws Exception {
    llm.byDefault(new Mood.Answer("one", "stop", new Mood.Usage(9, 4, 2)));
    Streamed streamed =
        read(
            opened(
                provider().open(streaming(",\"stream_options\":{\"include_usage\":true}"), "m")));
    JsonNode last = streamed.chunks().getLast();
    assertTrue(last.path("choices").isArray() && last.path("choices").isEmpty(), last.toString());
    assertEquals(9, last.path("usage").path("prompt_tokens").asInt());
    assertEquals(2, last.path("usage").path("prompt_tokens_details").path("cached_tokens").asInt());
    for (JsonNode chunk : streamed.chunks().subList(0, streamed.chunks().size() - 1)) {
      assertTrue(chunk.has("usage") && chunk.path("usage").isNull(), chunk.toString());
    }
  }

  @Test
  void toolCallsComeWholeAlsoSeveralAtOnceAndOneWithoutArguments() throws Exception {
    List<Mood.ToolCall> calls =
        List.of(
            new Mood.ToolCall("call_1", "look_up", "{\"q\":\"Grüße \\\"x\\\"\",\"n\":[1,2]}"),
            new Mood.ToolCall("call_2", "clock", "{}"));
    llm.byDefault(new Mood.ToolCalls(calls));
    JsonNode choice = json(answered(provider().complete(ask(TOOLS), "m"))).path("choices").path(0);
    assertEquals("tool_calls", choice.path("finish_reason").asText());
    JsonNode whole = choice.path("message").path("tool_calls");
    Streamed streamed = read(opened(provider().open(streaming(TOOLS), "m")));
    assertEquals("tool_calls", streamed.finish());
    for (int i = 0; i < calls.size(); i++) {
      Mood.ToolCall call = calls.get(i);
      assertEquals(call.id(), whole.path(i).path("id").asText());
      assertEquals("function", whole.path(i).path("type").asText());
      assertEquals(call.name(), whole.path(i).path("function").path("name").asText());
      JsonNode wanted = Json.MAPPER.readTree(call.arguments());
      assertEquals(
          wanted, Json.MAPPER.readTree(whole.path(i).path("function").path("arguments").asText()));
      Streamed.Call assembled = streamed.calls().get(i);
      assertEquals(call.id(), assembled.id());
      assertEquals(call.name(), assembled.name());
      assertEquals(wanted, Json.MAPPER.readTree(assembled.arguments()));
    }
  }

  private static final String TOOLS =
      """
      ,"tools":[{"type":"function","function":{"name":"look_up","parameters":{"type":"object"}}},
                {"type":"function","function":{"name":"clock"}}]\
      """;

  @Test
  void aRefusedKeyIsTheOperatorsBusinessAndNotShown() throws Exception {
    llm.byDefault(new Mood.WrongKey());
    for (Failure failure : bothWays(provider())) {
      assertEquals(Failure.Kind.PROVIDER_CREDENTIALS, failure.kind());
      assertEquals("provider_unauthorized", failure.code());
      assertTrue(failure.message().contains("THE_KEY"), failure.message());
      assertFalse(failure.message().contains(KEY), failure.message());
    }
  }

  @Test
  void aRateLimitComesWithItsWait() throws Exception {
    llm.byDefault(new Mood.RateLimited(Duration.ofSeconds(7)));
    for (Failure failure : bothWays(provider())) {
      assertEquals(Failure.Kind.RATE_LIMITED, failure.kind());
      assertEquals(429, failure.status());
      assertEquals(Duration.ofSeconds(7), failure.retryAfter());
    }
  }

  @Test
  void theirFaultsMayPassAndOursDoNot() throws Exception {
    llm.byDefault(new Mood.Failure(500, "a bad moment"));
    for (Failure failure : bothWays(provider())) {
      assertEquals(Failure.Kind.PROVIDER_ERROR, failure.kind());
      assertTrue(failure.message().contains("a bad moment"), failure.message());
    }
    llm.byDefault(new Mood.Failure(529, "Overloaded"));
    for (Failure failure : bothWays(provider())) {
      assertTrue(failure.kind().passing());
      assertEquals("provider_overloaded", failure.code());
    }
    llm.byDefault(new Mood.Failure(400, "no such thing"));
    for (Failure failure : bothWays(provider())) {
      assertEquals(Failure.Kind.PROVIDER_REFUSED, failure.kind());
      assertEquals(400, failure.status());
    }
  }

  @Test
  void whoCanNotBeReachedIsTold() throws Exception {
    Duration shortly = Duration.ofMillis(300);
    try (var full = new FullServer()) {
      ChatProvider provider = provider(full.url(), new TimeOuts(shortly, LONG, LONG, LONG));
      for (Failure failure : bothWays(provider)) {
        assertEquals(Failure.Kind.PROVIDER_UNREACHABLE, failure.kind());
        assertEquals("provider_unreachable", failure.code());
      }
      // A stream that has not been asked for is not late.
      var connectsLonger = new TimeOuts(shortly.multipliedBy(3), shortly, LONG, LONG);
      assertEquals(
          Failure.Kind.PROVIDER_UNREACHABLE,
          failed(provider(full.url(), connectsLonger).open(streaming(""), "m")).kind());
    }
    String nobody;
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
    }
    for (Failure failure : bothWays(provider(nobody, PATIENT))) {
      assertEquals(Failure.Kind.PROVIDER_UNREACHABLE, failure.kind());
    }
  }

  @Test
  void silenceEndsByTheTimeOutThatItBelongsTo() throws Exception {
    Duration shortly = Duration.ofMillis(400);
    llm.byDefault(new Mood.Silent());
    Answer plain =
        provider(llm.baseUrl(), new TimeOuts(LONG, LONG, LONG, shortly)).complete(ask(""), "m");
    assertEquals(Failure.Kind.TIME_OUT, failed(plain).kind());
    Opening unbegun =
        provider(llm.baseUrl(), new TimeOuts(LONG, shortly, LONG, LONG)).open(streaming(""), "m");
    assertEquals(Failure.Kind.TIME_OUT, failed(unbegun).kind());

    llm.byDefault(new Mood.Slow(Duration.ZERO, LONG, new Mood.Answer("one two three")));
    assertEquals(Failure.Kind.TIME_OUT, brokenBy(new TimeOuts(LONG, shortly, shortly, LONG)));
    Duration drip = Duration.ofMillis(100);
    llm.byDefault(new Mood.Slow(Duration.ZERO, drip, new Mood.Answer("x ".repeat(200))));
    assertEquals(
        Failure.Kind.TIME_OUT, brokenBy(new TimeOuts(LONG, LONG, LONG, Duration.ofSeconds(2))));
  }

  /** The kind of failure that ends a stream, be it before or after its first piece. */
  private Failure.Kind brokenBy(TimeOuts timeOuts) throws Exception {
    return switch (provider(llm.baseUrl(), timeOuts).open(streaming(""), "m")) {
      case Opening.Failed(Failure failure) -> failure.kind();
      case Opening.Opened(ChatStream stream) ->
          assertInstanceOf(Part.Broken.class, read(stream).last()).failure().kind();
    };
  }

  @Test
  void aBreakBeforeTheFirstPieceIsAFailureAndAfterItAnEnd() throws Exception {
    llm.byDefault(new Mood.BrokenStream(0, "one two"));
    assertEquals("stream_broken", failed(provider().open(streaming(""), "m")).code());
    assertEquals("stream_broken", failed(provider().complete(ask(""), "m")).code());
    llm.byDefault(new Mood.Truncated("half"));
    assertEquals("stream_broken", failed(provider().complete(ask(""), "m")).code());
    llm.byDefault(new Mood.BrokenStream(5, "one two three four five six"));
    Streamed streamed = read(opened(provider().open(streaming(""), "m")));
    assertTrue(streamed.text().startsWith("one"), streamed.raw());
    var broken = assertInstanceOf(Part.Broken.class, streamed.last());
    assertEquals("stream_broken", broken.failure().code());
    assertFalse(streamed.raw().contains("[DONE]"));
  }

  @Test
  void anErrorAsAnEventBreaksTheStream() throws Exception {
    llm.byDefault(new Mood.ErrorEvent(0, "", "overloaded_error"));
    assertTrue(failed(provider().open(streaming(""), "m")).kind().passing());
    llm.byDefault(new Mood.ErrorEvent(5, "one two three four", "overloaded_error"));
    Streamed streamed = read(opened(provider().open(streaming(""), "m")));
    assertTrue(streamed.text().startsWith("one"), streamed.raw());
    var broken = assertInstanceOf(Part.Broken.class, streamed.last());
    assertTrue(broken.failure().message().contains("Something went wrong"));
  }

  @Test
  void whoIsInterruptedOrClosesEndsTheCallAtTheProvider() throws Exception {
    llm.byDefault(new Mood.Silent());
    ChatProvider provider = provider();
    var caught =
        new FutureTask<>(
            () -> assertThrows(InterruptedException.class, () -> provider.complete(ask(""), "m")));
    Thread caller = Thread.ofVirtual().start(caught);
    RecordedRequest request = llm.awaitRequest(0, LONG);
    caller.interrupt();
    caught.get();
    assertTrue(request.clientGone().get(10, TimeUnit.SECONDS) != null);

    llm.byDefault(
        new Mood.Slow(Duration.ZERO, Duration.ofMillis(50), new Mood.Answer("x ".repeat(500))));
    try (ChatStream stream = opened(provider.open(streaming(""), "m"))) {
      assertInstanceOf(Part.Events.class, stream.next());
    }
    assertTrue(llm.awaitRequest(1, LONG).clientGone().get(10, TimeUnit.SECONDS) != null);
  }

  @Test
  void megabytesPassBothWays() throws Exception {
    String much = "many words ".repeat(200_000);
    llm.byDefault(new Mood.Answer(much));
    JsonNode completion =
        json(
            answered(
                provider()
                    .complete(
                        request(
                            "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\""
                                + much
                                + "\"}]}"),
                        "m")));
    assertEquals(much, completion.path("choices").path(0).path("message").path("content").asText());
    assertTrue(llm.requests().getFirst().body().toString().contains(much));
  }

  @Test
  void aSlowDripArrivesPieceByPiece() throws Exception {
    llm.byDefault(
        new Mood.Slow(Duration.ZERO, Duration.ofMillis(20), new Mood.Answer("a b c d e f g h")));
    Streamed streamed = read(opened(provider().open(streaming(""), "m")));
    assertEquals("a b c d e f g h", streamed.text());
    assertTrue(streamed.parts() > 4, "pieces: " + streamed.parts());
  }

  @Test
  void whatIsNoAnswerIsNotPassedOn() throws Exception {
    llm.byDefault(new Mood.Garbage());
    for (Failure failure : bothWays(provider())) {
      assertEquals("provider_answer_invalid", failure.code());
    }
    llm.byDefault(new Mood.Garbage("{\"object\":\"something\"}"));
    assertEquals("provider_answer_invalid", failed(provider().complete(ask(""), "m")).code());
  }

  @Test
  void anAnswerWithoutWordsIsAnAnswer() throws Exception {
    llm.byDefault(new Mood.Answer(""));
    JsonNode choice = json(answered(provider().complete(ask(""), "m"))).path("choices").path(0);
    assertEquals("", choice.path("message").path("content").asText(""));
    assertEquals("stop", choice.path("finish_reason").asText());
    Streamed streamed = read(opened(provider().open(streaming(""), "m")));
    assertEquals("", streamed.text());
    assertEquals("stop", streamed.finish());
    assertInstanceOf(Part.End.class, streamed.last());
  }

  @Test
  void itsModelsAreListed() throws Exception {
    llm.offering("large-1", "small-1");
    var known = assertInstanceOf(Models.Known.class, provider().models());
    assertEquals(List.of("large-1", "small-1"), known.names());
  }

  private ChatProvider provider() {
    return provider(llm.baseUrl(), PATIENT);
  }

  private ChatProvider provider(String baseUrl, TimeOuts timeOuts) {
    var http = new UpstreamHttp(PATIENT);
    clients.add(http);
    var config =
        new ProviderConfig(
            "it",
            kind,
            URI.create(baseUrl),
            Optional.of("THE_KEY"),
            Optional.of(new Secret(KEY)),
            Map.of("x-team", "ours"),
            timeOuts,
            List.of(),
            OptionalInt.empty(),
            ProviderConfig.Own.DEFAULT);
    return ConfiguredProviders.of(List.of(config), http, Clock.systemUTC()).getFirst();
  }

  private static List<Failure> bothWays(ChatProvider provider) throws InterruptedException {
    return List.of(
        failed(provider.complete(ask(""), "m")), failed(provider.open(streaming(""), "m")));
  }

  private static ChatRequest ask(String more) {
    return request(
        "{\"model\":\"it:m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]" + more + "}");
  }

  private static ChatRequest streaming(String more) {
    return ask(more + ",\"stream\":true");
  }

  private static ChatRequest request(String body) {
    var read = ChatRequestReader.read(body.getBytes(StandardCharsets.UTF_8));
    return assertInstanceOf(ChatRequestReader.Result.Valid.class, read).request();
  }

  private static Answer.Answered answered(Answer answer) {
    return assertInstanceOf(Answer.Answered.class, answer, answer::toString);
  }

  private static ChatStream opened(Opening opening) {
    return assertInstanceOf(Opening.Opened.class, opening, opening::toString).stream();
  }

  private static Failure failed(Answer answer) {
    return assertInstanceOf(Answer.Failed.class, answer).failure();
  }

  private static Failure failed(Opening opening) {
    return assertInstanceOf(Opening.Failed.class, opening).failure();
  }

  private static JsonNode json(Answer.Answered answer) throws IOException {
    return Json.MAPPER.readTree(answer.body());
  }

  private static Streamed read(ChatStream stream) throws Exception {
    try (stream) {
      return Streamed.of(stream);
    }
  }

  /** A server whose queue of connections is full, so that a further one gets no answer. */
  private static final class FullServer implements AutoCloseable {
    private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> waiting = new ArrayList<>();

    FullServer() throws IOException {
      try {
        for (int i = 0; i < 64; i++) {
          var socket = new Socket();
          waiting.add(socket);
          socket.connect(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()),
              500);
        }
      } catch (SocketTimeoutException full) {
        // As wanted.
      }
    }

    String url() {
      return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
    }

    @Override
    public void close() throws IOException {
      for (Socket socket : waiting) {
        socket.close();
      }
      listener.close();
    }
  }
}
