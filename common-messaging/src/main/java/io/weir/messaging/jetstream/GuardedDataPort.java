package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.Options;
import io.nats.client.impl.SocketDataPort;
import io.weir.messaging.jetstream.security.HandshakeSocket;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The client's socket, with a {@link HeaderGuard} on what is read, a {@link ConnectAttempt} that
 * limits its making, and with the check that a server's certificate is for the host that was
 * called: the client's own socket has none. Public with a public constructor because the client
 * makes it by its class name.
 */
public final class GuardedDataPort extends SocketDataPort {
  private final HeaderGuard guard = new HeaderGuard();
  private @Nullable ConnectAttempt attempt;
  private final LongAdder transferred = new LongAdder();

  /** What the encrypted one lies upon. */
  private volatile @Nullable Socket plain;

  /** The client calls this first, on the thread that attempts to connect. */
  @Override
  public void afterConstruct(Options options) {
    if (options.getErrorListener() instanceof SocketOwner owner) {
      owner.connecting(this);
      attempt = owner.pace().begins(this::plain);
    }
  }

  @Override
  public int read(byte[] destination, int offset, int length) throws IOException {
    int count;
    try {
      count = super.read(destination, offset, length);
    } catch (SSLException e) {
      // A server that refuses our certificate says so here: TLS 1.3 has shaken hands by then.
      owner().tlsFailed(e);
      throw e;
    }
    if (count > 0) {
      transferred.add(count);
      ConnectAttempt current = attempt;
      if (current != null) {
        current.read();
      }
      guard.pass(destination, offset, count);
    }
    return count;
  }

  @Override
  @SuppressWarnings("ThreadPriorityCheck") // when it runs changes no outcome
  public void write(byte[] source, int length) throws IOException {
    ConnectAttempt current = attempt;
    if (current != null) {
      current.wrote();
    }
    super.write(source, length);
    transferred.add(length);
    // Those who have more to send hand it over before this thread looks for it and sleeps: on a
    // busy machine it would be woken for every few messages. With nobody waiting it costs nothing.
    Thread.yield();
  }

  @Override
  public void close() throws IOException {
    ConnectAttempt current = attempt;
    if (current != null) {
      current.over();
    }
    super.close();
  }

  /** Bytes that went either way. */
  long transferred() {
    return transferred.sum();
  }

  /**
   * Ends the connection, even while a write waits for the other side. The client sees it break, and
   * makes another.
   */
  void cut() throws IOException {
    Socket current = plain();
    if (current != null) {
      current.close();
    }
  }

  private @Nullable Socket plain() {
    Socket below = plain;
    return below == null ? socket : below;
  }

  @Override
  public void upgradeToSecure() throws IOException {
    SocketOwner owner = owner();
    plain = socket;
    var below = new HandshakeSocket(socket);
    SSLSocket secure =
        (SSLSocket) owner.tls().getSocketFactory().createSocket(below, host, port, true);
    SSLParameters parameters = secure.getSSLParameters();
    // RFC 2818's rules for names in certificates, which NATS goes by.
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secure.setSSLParameters(parameters);
    try {
      secure.startHandshake();
    } catch (SSLException e) {
      owner.tlsFailed(e);
      throw e;
    }
    below.shaken();
    socket = secure;
    in = secure.getInputStream();
    out = secure.getOutputStream();
    isSecure = true;
  }

  private SocketOwner owner() {
    Connection client = connection;
    if (client.getOptions().getErrorListener() instanceof SocketOwner owner) {
      return owner;
    }
    throw new IllegalStateException("the error listener of this connection is no SocketOwner");
  }
}
