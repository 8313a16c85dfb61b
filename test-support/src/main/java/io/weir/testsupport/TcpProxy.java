package io.weir.testsupport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a client and a server on this machine and breaks what a network can break. Dropped
 * bytes are gone for ever, so a connection that lost some is of no use after {@link #restore()}:
 * call {@link #cutAll()} as well when the protocol has no time-out of its own. Stalled bytes arrive
 * late instead. Safe for use by several threads.
 */
public final class TcpProxy implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TcpProxy.class);

  private static final int BUFFER_BYTES = 64 << 10;
  private static final int THROTTLED_PIECES_PER_SECOND = 20;

  private final InetSocketAddress target;
  private final ServerSocket listener;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean refuseNew;
  private volatile boolean dropToServer;
  private volatile boolean dropToClient;
  private volatile Duration delay = Duration.ZERO;
  private volatile int bytesPerSecond = Integer.MAX_VALUE;
  private volatile CountDownLatch passageToServer = new CountDownLatch(0);
  private volatile CountDownLatch passageToClient = new CountDownLatch(0);

  private TcpProxy(InetSocketAddress target, ServerSocket listener) {
    this.target = target;
    this.listener = listener;
  }

  /** Listens on a free port of 127.0.0.1 and passes everything on to this port of 127.0.0.1. */
  public static TcpProxy to(int targetPort) {
    try {
      ServerSocket listener = new ServerSocket(0, 256, InetAddress.getLoopbackAddress());
      TcpProxy proxy =
          new TcpProxy(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort), listener);
      var _ = thread("tcp-proxy", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new UncheckedIOException("the proxy could not listen on 127.0.0.1", e);
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Connections accepted so far, the refused ones left out. */
  public long accepted() {
    return accepted.get();
  }

  /** Resets all connections; new ones are accepted. */
  public void cutAll() {
    sockets.forEach(TcpProxy::reset);
  }

  /** Resets new connections at once; open ones go on. */
  public void refuseNew() {
    refuseNew = true;
  }

  /** Swallows what clients send; answers still pass. */
  public void dropToServer() {
    dropToServer = true;
  }

  /** Swallows what the server sends; requests still pass. */
  public void dropToClient() {
    dropToClient = true;
  }

  /** Swallows everything in both directions: a cable that was pulled, without a reset. */
  public void dropAll() {
    dropToServer = true;
    dropToClient = true;
  }

  /**
   * Holds back what clients send until {@link #restore()}, the end of their connections included,
   * as a network partition does; answers still pass. At most a buffer of ours and those of the
   * sockets fill up, then the client's writes block. New connections are accepted, and stall too.
   */
  public synchronized void stallToServer() {
    passageToServer = stalled(passageToServer);
  }

  /** As {@link #stallToServer()} for what the server sends; requests still pass. */
  public synchronized void stallToClient() {
    passageToClient = stalled(passageToClient);
  }

  /**
   * Passes on at most so many bytes a second, from 1 upwards, for each connection and each
   * direction by itself.
   */
  public void throttle(int limit) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "a throttled connection passes 1 byte per second or more, not " + limit);
    }
    bytesPerSecond = limit;
  }

  /** Holds each piece of data back for so long, in both directions. */
  public void delay(Duration time) {
    delay = time;
  }

  /** Passes everything on again, new connections included. */
  public synchronized void restore() {
    refuseNew = false;
    dropToServer = false;
    dropToClient = false;
    delay = Duration.ZERO;
    bytesPerSecond = Integer.MAX_VALUE;
    passageToServer.countDown();
    passageToClient.countDown();
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
    } catch (IOException e) {
      // Nobody listens any more either way.
    }
    cutAll();
    restore(); // whoever waits for a passage ends
  }

  /** A connection that can't be accepted, for whatever reason, must not be the last. */
  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refuseNew) {
          reset(client);
        } else {
          accepted.incrementAndGet();
          var _ = thread("tcp-proxy-connection", () -> connect(client));
        }
      } catch (IOException e) {
        if (!listener.isClosed()) {
          log.atWarn().setCause(e).log("a connection was not accepted");
        }
      }
    }
  }

  private void connect(Socket client) {
    sockets.add(client);
    Socket server = new Socket();
    sockets.add(server);
    try {
      server.connect(target);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread back = thread("tcp-proxy-back", () -> pump(server, client, false));
      pump(client, server, true);
      back.join();
    } catch (IOException e) {
      reset(client); // the server is away: so are we
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      reset(client);
      reset(server);
      sockets.remove(client);
      sockets.remove(server);
    }
  }

  /** Of the platform: a test that is busy on virtual threads must not look like a slow network. */
  private static Thread thread(String name, Runnable task) {
    return Thread.ofPlatform().daemon().name(name).start(task);
  }

  private void pump(Socket from, Socket to, boolean toServer) {
    byte[] buffer = new byte[BUFFER_BYTES];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer, 0, piece()); read >= 0; read = in.read(buffer, 0, piece())) {
        Duration wait = delay.plus(timeFor(read));
        if (!wait.isZero() && closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
        awaitPassage(toServer);
        if (!(toServer ? dropToServer : dropToClient)) {
          out.write(buffer, 0, read);
        }
      }
      awaitPassage(toServer);
      to.shutdownOutput();
    } catch (IOException e) {
      resetBoth(from, to, toServer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void resetBoth(Socket from, Socket to, boolean toServer) {
    try {
      awaitPassage(toServer); // a reset does not cross a partition either
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    reset(from);
    reset(to);
  }

  private void awaitPassage(boolean toServer) throws InterruptedException {
    (toServer ? passageToServer : passageToClient).await();
  }

  private static CountDownLatch stalled(CountDownLatch passage) {
    return passage.getCount() > 0 ? passage : new CountDownLatch(1);
  }

  /** Small enough that a throttled sender is heard of several times a second. */
  private int piece() {
    return Math.clamp(bytesPerSecond / THROTTLED_PIECES_PER_SECOND, 1, BUFFER_BYTES);
  }

  private Duration timeFor(int bytes) {
    int limit = bytesPerSecond;
    return limit == Integer.MAX_VALUE
        ? Duration.ZERO
        : Duration.ofNanos(bytes * Duration.ofSeconds(1).toNanos() / limit);
  }

  /** Closes with a TCP reset, so that the other side hears of it at its next read or write. */
  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      // Closed already.
    }
    try {
      socket.close();
    } catch (IOException e) {
      // It is gone either way.
    }
  }
}
