package io.weir.gateway.provider;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.config.ProviderKind;
import io.weir.gateway.config.TimeOuts;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.provider.ChatProvider.Opening;
import io.weir.gateway.upstream.UpstreamHttp;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which silences of a provider count before a stream begins. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class StalledStreamIT {
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final int PIECE = 1 << 20;
  private static final int PIECES = 24;

  private final CountDownLatch over = new CountDownLatch(1);
  private final ServerSocket listener = listener();
  private final UpstreamHttp http = new UpstreamHttp(new TimeOuts(LONG, LONG, LONG, LONG));

  private interface Answering {
    void answer(Socket socket) throws Exception;
  }

  private static ServerSocket listener() {
    try {
      var listener = new ServerSocket();
      listener.setReceiveBufferSize(512 << 10); // so that a sender feels that nobody reads
      return listener;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @BeforeEach
  void listen() throws Exception {
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  @AfterEach
  void close() throws Exception {
    over.countDown();
    http.close();
    listener.close();
  }

  @Test
  void anErrorWhoseBodyNeverComesIsTheErrorThatItIs() throws Exception {
    answering(socket -> head(socket, "500 Oh", "application/json"));

    Failure failure = assertInstanceOf(Opening.Failed.class, open("hi", SHORT)).failure();

    assertEquals(Failure.Kind.PROVIDER_ERROR, failure.kind());
  }

  @Test
  void aPageThatNeverComesIsATimeOut() throws Exception {
    answering(socket -> head(socket, "200 OK", "application/json"));

    Failure failure = assertInstanceOf(Opening.Failed.class, open("hi", SHORT)).failure();

    assertEquals(Failure.Kind.TIME_OUT, failure.kind());
  }

  @Test
  void commentsWithoutEndAreNoStream() throws Exception {
    byte[] comments = ": still here\n\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
    answering(
        socket -> {
          socket
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                      .getBytes(StandardCharsets.US_ASCII));
          while (over.getCount() > 0) {
            socket.getOutputStream().write(comments);
          }
        });

    Failure failure = assertInstanceOf(Opening.Failed.class, open("hi", LONG)).failure();

    assertEquals("stream_broken", failure.code());
  }

  @Test
  void aLongRequestThatIsTakenSlowlyIsNoSilence() throws Exception {
    answering(
        socket -> {
          InputStream in = socket.getInputStream();
          for (int piece = 0; piece < PIECES; piece++) {
            boolean _ = over.await(75, TimeUnit.MILLISECONDS);
            in.skipNBytes(PIECE);
          }
          head(socket, "200 OK", "text/event-stream");
          socket
              .getOutputStream()
              .write(
                  "data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"yes\"}}]}\n\n"
                      .getBytes(StandardCharsets.US_ASCII));
        });

    // Some megabytes are sent and not read when the wait begins.
    Opening opening = open("x".repeat(PIECES * PIECE), Duration.ofSeconds(1));

    assertInstanceOf(Opening.Opened.class, opening, opening::toString).stream().close();
  }

  /** Says how long its answer is, and does not send it. */
  private static void head(Socket socket, String status, String type) throws IOException {
    socket
        .getOutputStream()
        .write(
            ("HTTP/1.1 "
                    + status
                    + "\r\nContent-Type: "
                    + type
                    + "\r\nContent-Length: 9999\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
  }

  private void answering(Answering answering) {
    var _ =
        Thread.ofVirtual()
            .start(
                () -> {
                  try (Socket socket = listener.accept()) {
                    answering.answer(socket);
                    over.await();
                  } catch (Exception e) {
                    // The test sees that nothing came.
                  }
                });
  }

  private Opening open(String words, Duration firstByte) throws InterruptedException {
    var config =
        new ProviderConfig(
            "it",
            ProviderKind.OPENAI_COMPATIBLE,
            URI.create("http://127.0.0.1:" + listener.getLocalPort() + "/v1"),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            new TimeOuts(LONG, firstByte, LONG, LONG),
            List.of(),
            OptionalInt.empty(),
            ProviderConfig.Own.DEFAULT);
    ChatProvider provider =
        ConfiguredProviders.of(List.of(config), http, Clock.systemUTC()).getFirst();
    return provider.open(request(words), "m");
  }

  private static ChatRequest request(String words) {
    String body =
        "{\"model\":\"it:m\",\"stream\":true,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
            .formatted(words);
    var read = ChatRequestReader.read(body.getBytes(StandardCharsets.UTF_8));
    return assertInstanceOf(ChatRequestReader.Result.Valid.class, read).request();
  }
}
