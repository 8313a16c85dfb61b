package io.weir.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between NATS clients and a server on this machine, reads the frames of both and lets a
 * test act exactly when one of them passes: before a publish leaves, after an acknowledgement
 * arrived. All else passes unchanged, byte for byte and in order. Knows no TLS. Safe for use by
 * several threads.
 *
 * <p>What a client sent before it ended still reaches the server; the end of either side ends the
 * connection of the other. While the server is away, clients are reset.
 */
public final class NatsTap implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NatsTap.class);

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<Trap> fromClients = new CopyOnWriteArrayList<>();
  private final List<Trap> fromServer = new CopyOnWriteArrayList<>();

  private NatsTap(InetSocketAddress target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /** Listens on a free port of 127.0.0.1 for clients of the server on this port of 127.0.0.1. */
  public static NatsTap to(int targetPort) {
    try {
      ServerSocket listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
      NatsTap tap =
          new NatsTap(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), listener);
      Thread.ofVirtual().name("nats-tap").start(tap::accept);
      return tap;
    } catch (IOException e) {
      throw new UncheckedIOException("the tap could not listen on 127.0.0.1", e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** {@code nats://127.0.0.1:<port>}. */
  public String url() {
    return "nats://127.0.0.1:" + port();
  }

  /**
   * Reacts once, to the n-th matching frame, counted from 1, that any client sends from now on. Of
   * several that wait for the same frame each acts; one that loses it loses it for all.
   *
   * @return the frame, when the reaction is over; fails with what the predicate or the action
   *     threw, which changes nothing for the frame. Cancelling takes the order back.
   */
  public CompletableFuture<NatsFrame> onClientFrame(
      int nth, Predicate<NatsFrame> which, Reaction reaction) {
    return add(fromClients, nth, which, reaction, new CompletableFuture<>());
  }

  /** As {@link #onClientFrame} for the frames that the server sends to any client. */
  public CompletableFuture<NatsFrame> onServerFrame(
      int nth, Predicate<NatsFrame> which, Reaction reaction) {
    return add(fromServer, nth, which, reaction, new CompletableFuture<>());
  }

  /**
   * Reacts once, to the first answer to the n-th publish that matches and expects one: what
   * JetStream says to a publish, an acknowledgement or a request of its API.
   *
   * @return the answer, as {@link #onClientFrame} does
   */
  public CompletableFuture<NatsFrame> onAnswerTo(
      int nth, Predicate<NatsFrame> request, Reaction reaction) {
    CompletableFuture<NatsFrame> answered = new CompletableFuture<>();
    var asked =
        onClientFrame(
            nth,
            frame -> frame.isPublish() && frame.replyTo().isPresent() && request.test(frame),
            Reaction.before(
                frame -> {
                  String inbox = frame.replyTo().orElseThrow();
                  var _ =
                      add(
                          fromServer,
                          1,
                          answer -> answer.isMessage() && answer.subject().equals(inbox),
                          reaction,
                          answered);
                }));
    var _ =
        asked.whenComplete(
            (_, failure) -> {
              if (failure != null) {
                answered.completeExceptionally(failure);
              }
            });
    return answered;
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      // Nobody listens any more either way.
    }
    sockets.forEach(TcpProxy::reset);
  }

  private static CompletableFuture<NatsFrame> add(
      List<Trap> traps,
      int nth,
      Predicate<NatsFrame> which,
      Reaction reaction,
      CompletableFuture<NatsFrame> done) {
    traps.removeIf(Trap::isOver);
    traps.add(new Trap(nth, which, reaction, done));
    return done;
  }

  /** A connection that can't be accepted, for whatever reason, must not be the last. */
  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name("nats-tap-connection").start(() -> connect(client));
      } catch (IOException e) {
        if (!listener.isClosed()) {
          log.atWarn().setCause(e).log("a connection was not accepted");
        }
      }
    }
  }

  private void connect(Socket client) {
    Socket server = new Socket();
    sockets.add(client);
    sockets.add(server);
    try {
      if (listener.isClosed()) {
        return; // by a close() that did not see these two
      }
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread back = Thread.ofVirtual().start(() -> passToClient(server, client));
      passToServer(client, server);
      back.join();
    } catch (IOException e) {
      // The server is away: so are we.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      TcpProxy.reset(client);
      TcpProxy.reset(server);
      sockets.remove(client);
      sockets.remove(server);
    }
  }

  private void passToServer(Socket client, Socket server) {
    try {
      if (!passAll(client, server, fromClients)) {
        TcpProxy.reset(client);
      }
    } catch (IOException e) {
      TcpProxy.reset(client); // gone, or the server is
    }
    try {
      // Not a reset: it would make the server forget what it has received but not read yet.
      server.shutdownOutput();
    } catch (IOException e) {
      // The server is gone.
    }
  }

  private void passToClient(Socket server, Socket client) {
    try {
      try {
        if (passAll(server, client, fromServer)) {
          client.shutdownOutput();
          client.close();
        }
      } finally {
        TcpProxy.reset(client);
      }
    } catch (IOException e) {
      // One of them is gone; if it is the client, the server has not heard of it yet.
    }
    try {
      // To close with unread bytes would be a reset.
      var _ = server.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // The server is gone.
    }
  }

  /** Until the end of what is sent; returns whether it came to that, and not to a hang-up. */
  private static boolean passAll(Socket from, Socket to, List<Trap> traps) throws IOException {
    NatsFrameReader frames = new NatsFrameReader(from.getInputStream());
    OutputStream out = to.getOutputStream();
    for (NatsFrame frame = frames.next(); frame != null; frame = frames.next()) {
      if (!pass(frame, out, traps)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the connection goes on. */
  private static boolean pass(NatsFrame frame, OutputStream out, List<Trap> traps)
      throws IOException {
    List<Trap> sprung = traps.stream().filter(trap -> trap.springsAt(frame)).toList();
    traps.removeAll(sprung);
    try {
      sprung.forEach(trap -> trap.beforePassing(frame));
      if (sprung.stream().noneMatch(Trap::swallows)) {
        frame.writeTo(out);
      }
      sprung.forEach(trap -> trap.afterPassing(frame));
    } finally {
      sprung.forEach(trap -> trap.complete(frame));
    }
    return sprung.stream().noneMatch(Trap::hangsUp);
  }
}
