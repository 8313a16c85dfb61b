package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.MongoWireServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A tap in front of a server that answers commands. */
@Timeout(60)
final class MongoTapIT {
  private final MongoWireServer server = MongoWireServer.inMemory();
  private final MongoTap tap = MongoTap.to(server.port());
  private Client client = new Client(tap.port());

  @BeforeEach
  void aCommandPasses() throws IOException {
    assertEquals(0, client.count());
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    tap.close();
    server.close();
  }

  @Test
  void aCommandThatIsLostWasNeverDone() throws Exception {
    var acted = new AtomicInteger();
    CompletableFuture<MongoFrame> lost =
        tap.onClientFrame(
            2,
            frame -> frame.command().equals("insert"),
            Reaction.<MongoFrame>instead(_ -> acted.incrementAndGet()).andHangUp());
    assertTrue(client.insert("a"));
    assertFalse(client.insert("b"));
    assertTrue(lost.get(10, TimeUnit.SECONDS).mentions("b"));
    assertEquals(1, acted.get());
    client = new Client(tap.port());
    assertEquals(1, client.count());
  }

  @Test
  void aCommandWhoseAnswerIsLostWasDone() throws Exception {
    CompletableFuture<MongoFrame> lost =
        tap.onAnswerTo(
            2,
            frame -> frame.command().equals("insert") && frame.collection().equals("things"),
            Reaction.<MongoFrame>instead(_ -> {}).andHangUp());
    assertTrue(client.insert("a"));
    assertEquals(1, client.count(), "other answers pass");
    assertFalse(client.insert("b"));
    assertEquals(1, lost.get(10, TimeUnit.SECONDS).body().getNumber("n").intValue());
    client = new Client(tap.port());
    assertEquals(2, client.count());
  }

  @Test
  void whatIsTakenBackChangesNothing() throws Exception {
    CompletableFuture<MongoFrame> order =
        tap.onAnswerTo(1, _ -> true, Reaction.<MongoFrame>instead(_ -> {}).andHangUp());
    assertTrue(order.cancel(false));
    assertTrue(client.insert("a"));
    assertEquals(1, client.count());
  }

  /** A driver of two commands. */
  private static final class Client {
    private final Socket socket;
    private final MongoFrameReader answers;
    private int requests;

    Client(int port) {
      try {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        answers = new MongoFrameReader(socket.getInputStream());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Whether an answer came. */
    boolean insert(String id) throws IOException {
      MongoFrame answer =
          ask("{insert: 'things', $db: 'test'}", "documents", "{_id: '%s'}".formatted(id));
      return answer != null && answer.body().getNumber("n").intValue() == 1;
    }

    int count() throws IOException {
      MongoFrame answer = ask("{count: 'things', $db: 'test'}", "");
      return answer == null ? -1 : answer.body().getNumber("n").intValue();
    }

    private @Nullable MongoFrame ask(String body, String sequence, String... documents)
        throws IOException {
      socket.getOutputStream().write(MongoMessages.command(++requests, body, sequence, documents));
      try {
        return answers.next();
      } catch (IOException e) {
        return null; // hung up
      }
    }

    void close() throws IOException {
      socket.close();
    }
  }
}
