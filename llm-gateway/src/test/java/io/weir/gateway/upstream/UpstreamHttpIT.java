package io.weir.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.config.TimeOuts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What comes over the wire, and when a connection is used again. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class UpstreamHttpIT {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final byte[] QUESTION = "{}".getBytes(StandardCharsets.US_ASCII);
  private static final String WORDS = "{\"some\":\"words\"}";
  private static final int MOST = 1 << 20;

  private final WireServer server = WireServer.start();
  private final UpstreamHttp http = new UpstreamHttp(new TimeOuts(LONG, LONG, LONG, LONG));

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  @Test
  void anAnswerComesWholeHoweverItsEndIsTold() throws Exception {
    for (String answer :
        new String[] {
          "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + WORDS,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\n{\"some\r\na;x=y\r\n\":\"words\"}\r\n0\r\nA: trailer\r\n\r\n",
          "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200\r\ncontent-length:16\r\n\r\n"
              + WORDS,
        }) {
      server.answering(answer);
      assertEquals(WORDS, ask());
      assertEquals(WORDS, ask());
    }
    assertEquals(1, server.connections(), "one connection is enough for one after the other");

    server.answering("HTTP/1.0 200 OK\r\n\r\n" + WORDS, true);
    assertEquals(WORDS, ask());
    server.answering(
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 16\r\n\r\n" + WORDS, true);
    assertEquals(WORDS, ask());
    server.answering("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + WORDS);
    assertEquals(WORDS, ask());
    assertEquals(3, server.connections(), "what the server closes is not used again");
  }

  @Test
  void whatIsCompressedIsReadAsWhatItSays() throws Exception {
    var zipped = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(zipped)) {
      gzip.write(WORDS.getBytes(StandardCharsets.UTF_8));
    }
    String bytes = zipped.toString(StandardCharsets.ISO_8859_1);
    String head = "HTTP/1.1 200 OK\r\nContent-Encoding: GZIP\r\n";
    for (String answer :
        new String[] {
          head + "Content-Length: " + bytes.length() + "\r\n\r\n" + bytes,
          head
              + "Transfer-Encoding: chunked\r\n\r\n"
              + Integer.toHexString(bytes.length())
              + "\r\n"
              + bytes
              + "\r\n0\r\n\r\n"
        }) {
      server.answering(answer);
      assertEquals(WORDS, ask());
      try (UpstreamResponse response = http.stream(question()).execute()) {
        assertEquals(WORDS, pieces(response));
      }
    }
    assertEquals(1, server.connections());
  }

  @Test
  void anAnswerThatBreaksOffIsNoAnswer() {
    for (String answer :
        new String[] {
          "",
          "HTTP/1.1 200 OK\r\nContent-Le",
          "HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n" + WORDS,
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + WORDS + "\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwords\r\n",
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 16\r\n\r\n" + WORDS,
          "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
          "HTTP/1.1 000 Nothing\r\nContent-Length: 0\r\n\r\n",
          "SSH-2.0-OpenSSH_9.2\r\n"
        }) {
      server.answering(answer, true);
      var broken = assertThrows(IOException.class, this::ask, answer);
      assertTrue(!(broken instanceof ConnectFailedException), broken.toString());
    }
  }

  @Test
  void aHeadWithoutEndIsNotKeptInMemory() {
    server.answering("HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(100_000), true);
    var _ = assertThrows(IOException.class, this::ask);
    server.answering("HTTP/1.1 200 OK\r\nA: " + "b".repeat(1 << 20), true);
    var _ = assertThrows(IOException.class, this::ask);
  }

  @Test
  void anAnswerOfMoreBytesThanAskedForIsRefusedAndItsBeginningCanBeRead() throws Exception {
    server.answering("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + WORDS);
    try (UpstreamResponse response = http.call(question()).execute()) {
      assertEquals("{\"some", new String(response.beginning(6), StandardCharsets.UTF_8));
    }
    try (UpstreamResponse response = http.call(question()).execute()) {
      var _ = assertThrows(IOException.class, () -> response.bytes(15));
    }
    assertEquals(2, server.connections(), "what is left of an answer is not read");
  }

  @Test
  void whatFollowsAnAnswerIsNotTakenForTheNextOne() throws Exception {
    server.answering(
        "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n"
            + WORDS
            + "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"not\":\"asked\"}");
    assertEquals(WORDS, ask());
    assertEquals(WORDS, ask());
    assertEquals(2, server.connections());
  }

  @Test
  void aConnectionThatIsAliveAfterARestIsUsedAgain() throws Exception {
    server.answering("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + WORDS);
    assertEquals(WORDS, ask());
    Thread.sleep(1_200); // younger ones are not looked at closely
    assertEquals(WORDS, ask());
    assertEquals(1, server.connections());
  }

  @Test
  void aRefusalOfALongBodyIsReadAlthoughTheServerHangsUp() throws Exception {
    server.answeringAtOnce("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno");
    byte[] much = new byte[32 << 20];
    try (UpstreamResponse response = http.call(template().post("/v1/x", much)).execute()) {
      assertEquals(413, response.status());
      assertEquals("no", new String(response.beginning(100), StandardCharsets.UTF_8));
    }
  }

  @Test
  void aStreamThatIsReadToItsLastEventLeavesItsConnectionToOthers() throws Exception {
    server.answering(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + WORDS + "\r\n0\r\n\r\n");
    for (int i = 0; i < 3; i++) {
      try (UpstreamResponse response = http.stream(question()).execute()) {
        assertEquals(16, response.read(new byte[16]));
        response.finish();
      }
    }
    assertEquals(1, server.connections());
    server.answering(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + WORDS + "\r\n");
    for (int i = 0; i < 2; i++) {
      try (UpstreamResponse response = http.stream(question()).execute()) {
        assertEquals(16, response.read(new byte[16]));
        response.finish();
      }
    }
    assertEquals(2, server.connections(), "the end is not waited for");
  }

  @Test
  void anEndThatComesDropByDropIsNotWaitedFor() throws Exception {
    server.answering(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + WORDS + "\r\n");
    try (UpstreamResponse response = http.stream(question()).execute()) {
      assertEquals(16, response.read(new byte[16]));
      var dripping =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!Thread.interrupted()) {
                        server.sayAll("1\r\n \r\n");
                        Thread.sleep(50);
                      }
                    } catch (IOException | InterruptedException e) {
                      // Nobody waits for more.
                    }
                  });
      response.finish(); // or this test takes minutes
      dripping.interrupt();
    }
    server.awaitAllGone();
  }

  @Test
  void emptyPartsWithoutEndFillNoStack() throws Exception {
    var none = new ByteArrayOutputStream();
    new GZIPOutputStream(none).close();
    String bytes = none.toString(StandardCharsets.ISO_8859_1).repeat(40_000);
    server.answering(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
            + bytes.length()
            + "\r\n\r\n"
            + bytes,
        true);
    var _ = assertThrows(IOException.class, this::ask);
  }

  @Test
  void whoIsInterruptedBeforeACallTakesNobodysConnection() throws Exception {
    server.answering("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + WORDS);
    assertEquals(WORDS, ask());
    Thread.sleep(1_200); // then it would be looked at
    var interrupted =
        new FutureTask<>(
            () -> {
              Thread.currentThread().interrupt();
              return assertThrows(IOException.class, this::ask);
            });
    Thread.ofVirtual().start(interrupted).join();
    assertEquals(InterruptedIOException.class, interrupted.get().getClass());
    assertEquals(WORDS, ask());
    assertEquals(1, server.connections());
  }

  @Test
  void whatIsSentIsWhatWasAskedFor() throws Exception {
    server.answering("HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n" + WORDS);
    assertEquals(WORDS, ask());
    String sent = server.lastRequest();
    assertTrue(sent.startsWith("POST /base/v1/chat?x=y HTTP/1.1\r\n"), sent);
    assertTrue(sent.contains("\r\nHost: 127.0.0.1:" + server.port() + "\r\n"), sent);
    assertTrue(sent.contains("\r\nX-Team: ours\r\n"), sent);
    assertTrue(sent.contains("\r\nContent-Type: application/json\r\n"), sent);
    assertTrue(sent.contains("\r\nContent-Length: 2\r\n"), sent);
    try (UpstreamResponse response = http.quick(template().get("/models")).execute()) {
      assertEquals(Optional.of("16"), response.header("CONTENT-length"));
    }
    sent = server.lastRequest();
    assertTrue(sent.startsWith("GET /base/models HTTP/1.1\r\n"), sent);
    assertTrue(!sent.contains("Content-"), sent);
  }

  @Test
  void timesThatAreOverEndACallAndSayIt() throws Exception {
    Duration shortly = Duration.ofMillis(200);
    server.answering("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n" + WORDS);
    UpstreamHttp hasty = http.with(new TimeOuts(LONG, LONG, LONG, shortly));
    var _ =
        assertThrows(
            SocketTimeoutException.class,
            () -> {
              try (UpstreamResponse response = hasty.call(question()).execute()) {
                response.bytes(MOST);
              }
            });
    server.answering("");
    var _ = assertThrows(SocketTimeoutException.class, () -> hasty.call(question()).execute());
    UpstreamHttp eager = http.with(new TimeOuts(LONG, shortly, LONG, LONG));
    var _ = assertThrows(SocketTimeoutException.class, () -> eager.stream(question()).execute());
    UpstreamHttp brief = http.with(new TimeOuts(shortly, LONG, LONG, LONG));
    var _ = assertThrows(SocketTimeoutException.class, () -> brief.quick(question()).execute());
    server.awaitAllGone();
  }

  private String ask() throws IOException {
    try (UpstreamResponse response = http.call(question()).execute()) {
      assertEquals(200, response.status());
      return new String(response.bytes(MOST), StandardCharsets.UTF_8);
    }
  }

  private static String pieces(UpstreamResponse response) throws IOException {
    var all = new ByteArrayOutputStream();
    byte[] buffer = new byte[5];
    for (int count = response.read(buffer); count >= 0; count = response.read(buffer)) {
      all.write(buffer, 0, count);
    }
    return all.toString(StandardCharsets.UTF_8);
  }

  private UpstreamRequest question() {
    return template().post("/v1/chat?x=y", QUESTION);
  }

  private UpstreamRequest.Template template() {
    return new UpstreamRequest.Template(
        URI.create("http://127.0.0.1:" + server.port() + "/base"), Map.of("X-Team", "ours"));
  }
}
