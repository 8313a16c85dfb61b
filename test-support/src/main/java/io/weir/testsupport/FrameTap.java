package io.weir.testsupport;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between clients and a server on this machine, cuts what both send into the frames of their
 * protocol and lets a test act exactly when one of them passes: before a command leaves, after its
 * answer arrived. All else passes unchanged, byte for byte and in order. Knows no TLS. Safe for use
 * by several threads.
 *
 * <p>What a client sent before it ended still reaches the server; the end of either side ends the
 * connection of the other. While the server is away, clients are reset.
 */
public abstract class FrameTap<F extends FrameTap.Frame> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FrameTap.class);

  /** What is passed on as a whole. */
  public interface Frame {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Cuts one direction of one connection into frames, without losing a byte. */
  interface Reader<F> {
    /** Waits for a whole frame; null at the end of the stream. */
    @Nullable F next() throws IOException;
  }

  private final String name;
  private final Function<InputStream, Reader<F>> readers;
  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<Trap<F>> fromClients = new CopyOnWriteArrayList<>();
  private final List<Trap<F>> fromServer = new CopyOnWriteArrayList<>();

  /** Listens on a free port of 127.0.0.1 for clients of the server on this port of 127.0.0.1. */
  FrameTap(String name, int targetPort, Function<InputStream, Reader<F>> readers) {
    this.name = name;
    this.readers = readers;
    this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    try {
      listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("the tap could not listen on 127.0.0.1", e);
    }
  }

  /** Begins to accept connections. */
  final void open() {
    Thread.ofVirtual().name(name).start(this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /**
   * Reacts once, to the n-th matching frame, counted from 1, that any client sends from now on. Of
   * several that wait for the same frame each acts; one that loses it loses it for all.
   *
   * @return the frame, when the reaction is over; fails with what the predicate or the action
   *     threw, which changes nothing for the frame. Cancelling takes the order back.
   */
  public CompletableFuture<F> onClientFrame(int nth, Predicate<F> which, Reaction<F> reaction) {
    return add(fromClients, nth, which, reaction, new CompletableFuture<>());
  }

  /** As {@link #onClientFrame} for the frames that the server sends to any client. */
  public CompletableFuture<F> onServerFrame(int nth, Predicate<F> which, Reaction<F> reaction) {
    return add(fromServer, nth, which, reaction, new CompletableFuture<>());
  }

  /**
   * Reacts once, to the first answer to the n-th frame of a client that matches.
   *
   * @param answerTo tells the answer to a frame from other frames of the server
   */
  final CompletableFuture<F> onAnswer(
      int nth, Predicate<F> request, Function<F, Predicate<F>> answerTo, Reaction<F> reaction) {
    CompletableFuture<F> answered = new CompletableFuture<>();
    var asked =
        onClientFrame(
            nth,
            request,
            Reaction.before(
                frame -> {
                  var _ = add(fromServer, 1, answerTo.apply(frame), reaction, answered);
                }));
    var _ =
        asked.whenComplete(
            (_, failure) -> {
              if (failure != null) {
                answered.completeExceptionally(failure);
              }
            });
    var _ =
        answered.whenComplete(
            (_, failure) -> {
              if (failure != null) {
                asked.cancel(false); // taken back before anything was asked
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

  private static <F> CompletableFuture<F> add(
      List<Trap<F>> traps,
      int nth,
      Predicate<F> which,
      Reaction<F> reaction,
      CompletableFuture<F> done) {
    traps.removeIf(Trap::isOver);
    traps.add(new Trap<>(nth, which, reaction, done));
    return done;
  }

  /** A connection that can't be accepted, for whatever reason, must not be the last. */
  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        Thread.ofVirtual().name(name + "-connection").start(() -> connect(client));
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
  private boolean passAll(Socket from, Socket to, List<Trap<F>> traps) throws IOException {
    Reader<F> frames = readers.apply(from.getInputStream());
    OutputStream out = to.getOutputStream();
    for (F frame = frames.next(); frame != null; frame = frames.next()) {
      if (!pass(frame, out, traps)) {
        return false;
      }
    }
    return true;
  }

  /** Returns whether the connection goes on. */
  private static <F extends Frame> boolean pass(F frame, OutputStream out, List<Trap<F>> traps)
      throws IOException {
    List<Trap<F>> sprung = traps.stream().filter(trap -> trap.springsAt(frame)).toList();
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
