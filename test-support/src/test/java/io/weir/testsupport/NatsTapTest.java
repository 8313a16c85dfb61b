package io.weir.testsupport;

import static io.weir.testsupport.SampleFrames.msg;
import static io.weir.testsupport.SampleFrames.pub;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NatsTapTest {

  private static final Predicate<NatsFrame> PUBLISH = NatsFrame::isPublish;
  private static final Reaction<NatsFrame> NOTHING_INSTEAD = Reaction.instead(frame -> {});

  private final ServerSocket listener;
  private final NatsTap tap;
  private final List<Socket> open = new ArrayList<>();

  NatsTapTest() throws IOException {
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    tap = NatsTap.to(listener.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    tap.close();
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Test
  void framesCutAtAnyByteArrivePreciselyAndAsSoonAsTheyAreWhole() throws Exception {
    Wire client = client();
    Wire server = server();
    for (int cut = 1; cut < SampleFrames.bytes(SampleFrames.OF_CLIENT).length; cut++) {
      sendCut(client, server, SampleFrames.OF_CLIENT, cut);
    }
    for (int cut = 1; cut < SampleFrames.bytes(SampleFrames.OF_SERVER).length; cut++) {
      sendCut(server, client, SampleFrames.OF_SERVER, cut);
    }
  }

  @Test
  void theNthMatchAloneIsSwallowed() throws Exception {
    Wire client = client();
    Wire server = server();
    CompletableFuture<NatsFrame> lost =
        tap.onClientFrame(2, frame -> frame.subject().equals("x"), NOTHING_INSTEAD);

    client.send(pub("x", "1"), pub("y", "2"), pub("x", "3"), "PING\r\n", pub("x", "4"));

    server.assertReceives(pub("x", "1"), pub("y", "2"), "PING\r\n", pub("x", "4"));
    assertEquals("3", got(lost).text());
  }

  @Test
  void anActionBeforeHoldsTheFrameBackAndOneAfterHoldsBackWhatFollows() throws Exception {
    Wire client = client();
    Wire server = server();
    CountDownLatch before = new CountDownLatch(1);
    CountDownLatch after = new CountDownLatch(1);
    var _ = tap.onServerFrame(1, NatsFrame::isMessage, Reaction.before(frame -> before.await()));
    CompletableFuture<NatsFrame> done =
        tap.onServerFrame(2, NatsFrame::isMessage, Reaction.after(frame -> after.await()));

    server.send("+OK\r\n", msg("a", "1"), msg("a", "2"), msg("a", "3"));

    client.assertReceives("+OK\r\n");
    client.assertReceivesNothing();
    before.countDown();
    client.assertReceives(msg("a", "1"), msg("a", "2"));
    client.assertReceivesNothing();
    assertFalse(done.isDone());
    after.countDown();
    client.assertReceives(msg("a", "3"));
    assertEquals("2", got(done).text());
  }

  @Test
  void matchesOfAllClientsCountAndOnlyTheirOwnConnectionWaits() throws Exception {
    Wire one = client();
    Wire serverOfOne = server();
    Wire two = client();
    Wire serverOfTwo = server();
    CountDownLatch action = new CountDownLatch(1);
    var _ = tap.onClientFrame(2, PUBLISH, Reaction.before(frame -> action.await()));

    one.send(pub("x", "1"));
    serverOfOne.assertReceives(pub("x", "1"));
    two.send(pub("x", "2"));

    serverOfTwo.assertReceivesNothing();
    one.send(pub("x", "3"));
    serverOfOne.assertReceives(pub("x", "3"));
    action.countDown();
    serverOfTwo.assertReceives(pub("x", "2"));
  }

  @Test
  void afterAHangUpNothingBehindTheFramePasses() throws Exception {
    Wire client = client();
    Wire server = server();
    var _ = tap.onClientFrame(1, PUBLISH, Reaction.<NatsFrame>after(frame -> {}).andHangUp());

    client.send("PING\r\n", pub("x", "1"), pub("x", "2"));

    server.assertReceives("PING\r\n", pub("x", "1"));
    server.assertOrderlyEnd();
    client.assertEnded();
  }

  @Test
  void aHangUpAtAFrameOfTheServerEndsBothSides() throws Exception {
    Wire client = client();
    Wire server = server();
    var _ = tap.onServerFrame(1, NatsFrame::isMessage, NOTHING_INSTEAD.andHangUp());

    server.send(msg("x", "1"), msg("x", "2"));

    client.assertEnded();
    server.assertOrderlyEnd();
  }

  @Test
  void theAnswerToAPublishIsFoundByItsInbox() throws Exception {
    Wire client = client();
    Wire server = server();
    CompletableFuture<NatsFrame> answer =
        tap.onAnswerTo(2, frame -> frame.subject().equals("x"), NOTHING_INSTEAD);

    client.send(pub("x r1", "1"), pub("x", "no answer"), pub("x r2", "2"));
    server.assertReceives(pub("x r1", "1"), pub("x", "no answer"), pub("x r2", "2"));
    server.send(msg("r1", "one"), msg("r2", "two"), msg("r2", "again"));

    client.assertReceives(msg("r1", "one"), msg("r2", "again"));
    assertEquals("two", got(answer).text());
  }

  @Test
  void anOrderThatIsCancelledOrFailsLeavesTheFrameAlone() throws Exception {
    Wire client = client();
    Wire server = server();
    CompletableFuture<NatsFrame> failing =
        tap.onClientFrame(
            1,
            PUBLISH,
            Reaction.before(
                frame -> {
                  throw new IllegalStateException("the test's own fault");
                }));
    CompletableFuture<NatsFrame> badPredicate =
        tap.onAnswerTo(
            1,
            frame -> {
              throw new IllegalStateException("cannot tell");
            },
            NOTHING_INSTEAD);
    assertTrue(tap.onClientFrame(1, PUBLISH, NOTHING_INSTEAD).cancel(false));

    client.send(pub("x r", "1"));

    server.assertReceives(pub("x r", "1"));
    assertEquals("the test's own fault", failureOf(failing).getMessage());
    assertEquals("cannot tell", failureOf(badPredicate).getMessage());
    assertThrows(
        IllegalArgumentException.class, () -> tap.onClientFrame(0, PUBLISH, NOTHING_INSTEAD));
  }

  @Test
  void whatAClientSentBeforeItWasResetReachesTheServerWithItsEnd() throws Exception {
    Wire client = client();
    Wire server = server();
    CompletableFuture<NatsFrame> passed =
        tap.onClientFrame(1, PUBLISH, Reaction.after(frame -> client.reset()));

    client.send(pub("x", "1"));
    got(passed);
    server.send("PING\r\n"); // to a client that is gone

    server.assertReceives(pub("x", "1"));
    server.assertOrderlyEnd();
  }

  @Test
  void anUnfinishedFrameIsPassedOnWithTheEndOfItsSender() throws Exception {
    Wire client = client();
    Wire server = server();

    client.send("PUB x 5\r\nab");
    client.socket().shutdownOutput();

    server.assertReceives("PUB x 5\r\nab");
    server.assertOrderlyEnd();
  }

  @Test
  void lastWordsOfTheServerReachTheClientWithItsEnd() throws Exception {
    Wire client = client();
    Wire server = server();

    server.send("-ERR 'Authorization Violation'\r\n");
    server.socket().close();

    client.assertReceives("-ERR 'Authorization Violation'\r\n");
    client.assertOrderlyEnd();
  }

  @Test
  void whileTheServerIsAwayClientsAreReset() throws Exception {
    listener.close();

    client().assertEnded();
  }

  private Wire client() throws IOException {
    return opened(new Socket(InetAddress.getLoopbackAddress(), tap.port()));
  }

  private Wire server() throws IOException {
    return opened(listener.accept());
  }

  private Wire opened(Socket socket) throws IOException {
    open.add(socket);
    socket.setTcpNoDelay(true);
    return new Wire(socket);
  }

  private static void sendCut(Wire from, Wire to, List<String> frames, int cut) throws IOException {
    byte[] all = SampleFrames.bytes(frames);
    int whole = 0;
    for (String frame : frames) {
      int end = whole + SampleFrames.bytes(List.of(frame)).length;
      if (end > cut) {
        break;
      }
      whole = end;
    }
    from.socket().getOutputStream().write(all, 0, cut);
    byte[] first = to.receive(whole);
    from.socket().getOutputStream().write(all, cut, all.length - cut);
    byte[] rest = to.receive(all.length - whole);
    assertEquals(
        String.join("", frames),
        new String(first, StandardCharsets.UTF_8) + new String(rest, StandardCharsets.UTF_8),
        "cut at " + cut);
  }

  private static NatsFrame got(CompletableFuture<NatsFrame> frame) throws Exception {
    return frame.get(5, TimeUnit.SECONDS);
  }

  private static Throwable failureOf(CompletableFuture<NatsFrame> frame) {
    return Optional.ofNullable(assertThrows(ExecutionException.class, () -> got(frame)).getCause())
        .orElseThrow();
  }
}
