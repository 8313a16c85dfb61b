package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ScriptedLlmTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLAIN =
      "{\"model\":\"m1\",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}";
  private static final String STREAM =
      "{\"model\":\"m1\",\"stream\":true,\"stream_options\":{\"include_usage\":true},\"messages\":[]}";

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.shutdownNow();
    llm.close();
  }

  @Test
  void aPlainAnswerHasTheProtocolsShape() throws Exception {
    llm.enqueue(new Mood.Answer("Good day.", "length", new Mood.Usage(11, 3)));

    JsonNode body = JSON.readTree(post(PLAIN).body());

    assertEquals("chat.completion", body.path("object").asText());
    assertEquals("m1", body.path("model").asText());
    assertEquals("Good day.", body.at("/choices/0/message/content").asText());
    assertEquals("length", body.at("/choices/0/finish_reason").asText());
    assertEquals(14, body.at("/usage/total_tokens").asInt());
  }

  @Test
  void aStreamHasRoleFirstThenTextThenFinishThenUsageThenDone() throws Exception {
    llm.enqueue(new Mood.Answer("one two three"));

    List<String> data = events(post(STREAM).body());

    assertEquals("[DONE]", data.getLast());
    List<JsonNode> chunks = new ArrayList<>();
    for (String line : data.subList(0, data.size() - 1)) {
      chunks.add(JSON.readTree(line));
    }
    assertEquals("assistant", chunks.getFirst().at("/choices/0/delta/role").asText());
    StringBuilder text = new StringBuilder();
    chunks.forEach(chunk -> text.append(chunk.at("/choices/0/delta/content").asText()));
    assertEquals("one two three", text.toString());
    assertEquals("stop", chunks.get(chunks.size() - 2).at("/choices/0/finish_reason").asText());
    assertTrue(chunks.getFirst().path("usage").isNull() && chunks.getFirst().has("usage"));
    assertTrue(chunks.getLast().path("choices").isEmpty());
    assertTrue(chunks.getLast().at("/usage/total_tokens").asInt() > 0);
    assertEquals(1, chunks.stream().map(chunk -> chunk.path("id").asText()).distinct().count());
  }

  @Test
  void streamedToolCallsComeInFragments() throws Exception {
    llm.enqueue(Mood.ToolCalls.of("lookup", "{\"city\":\"Graz\"}"));

    StringBuilder arguments = new StringBuilder();
    for (String line : events(post(STREAM).body())) {
      if (!line.equals("[DONE]")) {
        arguments.append(
            JSON.readTree(line).at("/choices/0/delta/tool_calls/0/function/arguments").asText());
      }
    }

    assertEquals("{\"city\":\"Graz\"}", arguments.toString());
  }

  @Test
  void refusalsCarryStatusErrorBodyAndRetryAfter() throws Exception {
    llm.enqueue(
        new Mood.RateLimited(Duration.ofMillis(1500)),
        new Mood.Failure(503, "overloaded"),
        new Mood.WrongKey());

    HttpResponse<String> limited = post(PLAIN);
    HttpResponse<String> failed = post(PLAIN);
    HttpResponse<String> unauthorised = post(PLAIN);

    assertEquals(429, limited.statusCode());
    assertEquals("2", limited.headers().firstValue("retry-after").orElseThrow());
    assertEquals(503, failed.statusCode());
    assertEquals("overloaded", JSON.readTree(failed.body()).at("/error/message").asText());
    assertEquals(401, unauthorised.statusCode());
    assertEquals("invalid_api_key", JSON.readTree(unauthorised.body()).at("/error/code").asText());
  }

  @Test
  void aBrokenStreamDeliversItsEventsAndThenFails() throws Exception {
    llm.enqueue(new Mood.BrokenStream(2, "never told to the end"));
    List<String> seen = new ArrayList<>();
    // A client that reads as it goes: one that reads ahead may drop at the failure what came
    // before.
    var call = (HttpURLConnection) request(STREAM).uri().toURL().openConnection();
    call.setDoOutput(true);
    call.setRequestProperty("Content-Type", "application/json");
    call.getOutputStream().write(STREAM.getBytes(StandardCharsets.UTF_8));
    try (var lines =
        new BufferedReader(new InputStreamReader(call.getInputStream(), StandardCharsets.UTF_8))) {
      assertThrows(
          IOException.class,
          () -> {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              if (!line.isBlank()) {
                seen.add(line);
              }
            }
          });
    }
    assertEquals(2, seen.size());
  }

  @Test
  void aTruncatedBodyEndsEarly() {
    llm.enqueue(new Mood.Truncated("half of this is missing"));

    assertThrows(IOException.class, () -> post(PLAIN));
  }

  @Test
  void garbageIsNotJson() throws Exception {
    llm.enqueue(new Mood.Garbage());

    HttpResponse<String> response = post(PLAIN);

    assertEquals(200, response.statusCode());
    assertThrows(IOException.class, () -> JSON.readTree(response.body()));
  }

  @Test
  void aSilentUpstreamNoticesThatTheClientWentAway() throws Exception {
    llm.enqueue(new Mood.Silent());
    HttpRequest impatient =
        HttpRequest.newBuilder(request(PLAIN), (n, v) -> true)
            .timeout(Duration.ofMillis(200))
            .build();

    assertThrows(HttpTimeoutException.class, () -> client.send(impatient, BodyHandlers.ofString()));

    llm.requests().getFirst().clientGone().get(5, TimeUnit.SECONDS);
  }

  @Test
  void aSlowAnswerWaitsBeforeItsFirstByteAndACloseEndsIt() throws Exception {
    llm.enqueue(Mood.Slow.toStart(Duration.ofMinutes(5), new Mood.Answer("late")));

    CompletableFuture<HttpResponse<String>> waiting =
        client.sendAsync(request(PLAIN), BodyHandlers.ofString());
    llm.awaitRequest(0, Duration.ofSeconds(5));
    assertFalse(waiting.isDone());
    llm.close();

    assertThrows(Exception.class, () -> waiting.get(5, TimeUnit.SECONDS));
  }

  @Test
  void queuedMoodsComeBeforeTheDecisionByRequest() throws Exception {
    llm.enqueue(new Mood.Answer("queued"))
        .answering(
            request -> new Mood.Answer("you said " + request.at("/messages/0/content").asText()));

    assertEquals("queued", content(post(PLAIN)));
    assertEquals("you said hello", content(post(PLAIN)));
  }

  @Test
  void requestsAreRecordedWithHeadersAndBody() throws Exception {
    post(PLAIN);

    RecordedRequest seen = llm.requests("/v1/chat/completions").getFirst();

    assertEquals("Bearer secret", seen.header("Authorization").orElseThrow());
    assertEquals("hello", seen.lastContent("user"));
    assertFalse(seen.clientGone().isDone());
  }

  @Test
  void embeddingsAreTheSameForTheSameTextInBothEncodings() throws Exception {
    String floats = "{\"input\":[\"red fox\"],\"dimensions\":16}";
    String base64 = "{\"input\":[\"red fox\"],\"dimensions\":16,\"encoding_format\":\"base64\"}";

    JsonNode asNumbers = JSON.readTree(post("/embeddings", floats).body()).at("/data/0/embedding");
    String encoded =
        JSON.readTree(post("/embeddings", base64).body()).at("/data/0/embedding").asText();

    float[] expected = new float[16];
    for (int i = 0; i < expected.length; i++) {
      expected[i] = asNumbers.get(i).floatValue();
    }
    float[] decoded = new float[16];
    ByteBuffer.wrap(Base64.getDecoder().decode(encoded))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(decoded);
    assertArrayEquals(expected, decoded, 1e-6f);
  }

  @Test
  void modelsAreListedAndOtherRoutesAreUnknown() throws Exception {
    llm.offering("alpha", "beta");

    HttpResponse<String> models =
        client.send(HttpRequest.newBuilder(uri("/models")).build(), BodyHandlers.ofString());
    HttpResponse<String> other =
        client.send(HttpRequest.newBuilder(uri("/nothing")).build(), BodyHandlers.ofString());

    assertEquals("beta", JSON.readTree(models.body()).at("/data/1/id").asText());
    assertEquals(404, other.statusCode());
  }

  private HttpResponse<String> post(String body) throws Exception {
    return post("/chat/completions", body);
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path))
            .header("Authorization", "Bearer secret")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private HttpRequest request(String body) {
    return HttpRequest.newBuilder(uri("/chat/completions"))
        .header("Authorization", "Bearer secret")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private URI uri(String path) {
    return URI.create(llm.baseUrl() + path);
  }

  private static String content(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body()).at("/choices/0/message/content").asText();
  }

  private static List<String> events(String body) {
    return body.lines()
        .filter(line -> line.startsWith("data: "))
        .map(line -> line.substring(6))
        .toList();
  }
}
