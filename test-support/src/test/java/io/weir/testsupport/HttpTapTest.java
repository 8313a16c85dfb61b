package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class HttpTapTest {
  private static final String CHAT = "/v1/chat/completions";

  private final ScriptedLlm llm = ScriptedLlm.start();
  private final HttpTap tap = HttpTap.to(llm.port());
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void stop() {
    client.close();
    tap.close();
    llm.close();
  }

  @Test
  void aRequestThatIsLostWasNeverAsked() throws Exception {
    var lost =
        tap.onClientFrame(
            1,
            piece -> piece.request().equals("POST " + CHAT),
            Reaction.<HttpPiece>instead(_ -> {}).andHangUp());
    assertThrows(IOException.class, this::ask);
    assertEquals("POST " + CHAT, lost.get(10, TimeUnit.SECONDS).request());
    assertEquals(0, llm.requests().size());
  }

  @Test
  void aRequestWhoseAnswerIsLostWasAnswered() throws Exception {
    assertEquals(200, ask());
    var lost =
        tap.onAnswerTo(
            1,
            piece -> piece.request().startsWith("POST"),
            Reaction.<HttpPiece>instead(_ -> {}).andHangUp());
    assertThrows(IOException.class, this::ask);
    assertTrue(lost.get(10, TimeUnit.SECONDS).isAnswer());
    assertEquals(2, llm.requests().size());
  }

  private int ask() throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(tap.url() + CHAT + "?x=1"))
                .POST(BodyPublishers.ofString("{\"model\": \"m\", \"messages\": []}"))
                .build(),
            BodyHandlers.ofString())
        .statusCode();
  }
}
