package io.weir.messaging.jetstream;

import io.nats.client.Connection;
import io.nats.client.impl.SocketDataPort;
import java.io.IOException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The client's socket, with a {@link HeaderGuard} on what is read, and with the check that a
 * server's certificate is for the host that was called: the client's own socket has none. Public
 * with a public constructor because the client makes it by its class name.
 */
public final class GuardedDataPort extends SocketDataPort {
  private final HeaderGuard guard = new HeaderGuard();

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
      guard.pass(destination, offset, count);
    }
    return count;
  }

  @Override
  public void upgradeToSecure() throws IOException {
    SocketOwner owner = owner();
    SSLSocket secure =
        (SSLSocket) owner.tls().getSocketFactory().createSocket(socket, host, port, true);
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
