package io.weir.platform.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.WritableHeaders;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.weir.messaging.Tailed;
import io.weir.platform.live.Next;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open WebSocket: a thread of its own writes what its mailbox brings, and pings; the server's
 * thread reads. A client that does not read costs its mailbox and nothing else: when that is full
 * it is closed with 1013, and when a write has waited too long the connection is cut.
 */
final class SocketConnection<T> implements WsListener {
  private static final int GOING_AWAY = 1001;
  private static final int UNSUPPORTED = 1003;
  private static final int POLICY = 1008;
  private static final int TOO_BIG = 1009;
  private static final int UNEXPECTED = 1011;
  private static final int TRY_AGAIN_LATER = 1013;
  private static final int MOST_REPLIES = 16;

  private static final Logger log = LoggerFactory.getLogger(SocketConnection.class);

  private final SocketTalk<T> talk;
  private final LiveStreams live;
  private final LiveStreams.Place place;
  private final BlockingQueue<ObjectNode> replies = new ArrayBlockingQueue<>(MOST_REPLIES);
  private final StringBuilder coming = new StringBuilder();
  private volatile boolean upgraded;
  private volatile boolean gone;

  SocketConnection(SocketTalk<T> talk, LiveStreams live, LiveStreams.Place place) {
    this.talk = talk;
    this.live = live;
    this.place = place;
  }

  /** Whether the request has become a socket. */
  boolean upgraded() {
    return upgraded;
  }

  /** It never became one. */
  void abandon() {
    place.close();
    talk.close();
  }

  @Override
  public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers) {
    upgraded = true;
    return SocketProtocol.chosen(headers)
        .map(name -> WritableHeaders.create().set(SocketProtocol.HEADER, name));
  }

  @Override
  public void onOpen(WsSession session) {
    Thread.ofVirtual().name("socket-writer").start(() -> write(session));
  }

  @Override
  public void onMessage(WsSession session, String text, boolean last) {
    coming.append(text);
    if (coming.length() > live.settings().maxMessageBytes()) {
      end(session, TOO_BIG, "a message has at most " + live.settings().maxMessageBytes());
      return;
    }
    if (last) {
      String whole = coming.toString();
      coming.setLength(0);
      answer(whole).forEach(reply -> reply(session, reply));
    }
  }

  @Override
  public void onMessage(WsSession session, BufferData bytes, boolean last) {
    end(session, UNSUPPORTED, "wanted are JSON objects as text");
  }

  @Override
  public void onPing(WsSession session, BufferData data) {
    var _ = session.pong(data);
  }

  @Override
  public void onClose(WsSession session, int status, String reason) {
    gone = true;
    talk.mailbox().end();
  }

  @Override
  public void onError(WsSession session, Throwable failure) {
    gone = true;
    talk.mailbox().end();
  }

  private List<ObjectNode> answer(String text) {
    try {
      return talk.received(JsonBody.parse(text.getBytes(StandardCharsets.UTF_8)));
    } catch (ProblemException e) {
      return List.of(error(e.problem()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private void reply(WsSession session, ObjectNode reply) {
    if (replies.offer(reply)) {
      talk.mailbox().wake();
    } else {
      end(session, POLICY, "read the answers before you ask more");
    }
  }

  private void end(WsSession session, int code, String reason) {
    gone = true;
    talk.mailbox().end();
    var _ = session.close(code, reason);
  }

  private void write(WsSession session) {
    place.written();
    try {
      send(session, talk.begin());
      tell(session);
    } catch (InterruptedException e) {
      // Cut off, by the watch over those who do not read or at the end of a stop.
    } catch (RuntimeException e) {
      log.atDebug().setCause(e).log("socket ended");
      quietly(session, UNEXPECTED, "the socket failed");
    } finally {
      place.close();
      talk.close();
    }
  }

  private void tell(WsSession session) throws InterruptedException {
    Duration every = live.pingEvery();
    long pinged = System.nanoTime();
    while (true) {
      Duration left = every.minusNanos(System.nanoTime() - pinged);
      if (!left.isPositive()) {
        busy(() -> session.ping(BufferData.empty()));
        pinged = System.nanoTime();
        left = every;
      }
      switch (talk.mailbox().take(left)) {
        case Next.Message<T>(Tailed<T> message) -> send(session, talk.message(message));
        case Next.Resumed<T>(boolean lost) -> send(session, talk.resumed(lost));
        case Next.Nothing<T>() -> {}
        case Next.Woken<T>() -> sendReplies(session);
        case Next.Overflowed<T>() -> {
          busy(() -> session.close(TRY_AGAIN_LATER, "too slow; connect again"));
          return;
        }
        case Next.Ended<T>() -> {
          if (!gone) {
            busy(() -> session.close(GOING_AWAY, "the service is stopping"));
          }
          return;
        }
      }
    }
  }

  private void sendReplies(WsSession session) {
    for (ObjectNode reply = replies.poll(); reply != null; reply = replies.poll()) {
      send(session, List.of(reply));
    }
  }

  private void send(WsSession session, List<ObjectNode> messages) {
    for (ObjectNode message : messages) {
      String text = text(message);
      busy(() -> session.send(text, true));
    }
  }

  private void busy(Runnable writing) {
    place.busy();
    try {
      writing.run();
    } finally {
      place.rest();
    }
  }

  private void quietly(WsSession session, int code, String reason) {
    try {
      busy(() -> session.close(code, reason));
    } catch (RuntimeException e) {
      log.atTrace().setCause(e).log("socket not closed in words");
    }
  }

  private static String text(ObjectNode message) {
    try {
      return Json.mapper().writeValueAsString(message);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write a message as JSON", e);
    }
  }

  private static ObjectNode error(Problem found) {
    Problem problem = SecretText.masked(found);
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("type", "error");
    told.put("title", problem.title()).put("status", problem.status());
    told.put("detail", problem.detail());
    var errors = told.putArray("errors");
    problem
        .errors()
        .forEach(e -> errors.addObject().put("field", e.field()).put("message", e.message()));
    return told;
  }
}
