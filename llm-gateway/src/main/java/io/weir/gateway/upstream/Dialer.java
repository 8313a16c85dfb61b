package io.weir.gateway.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections, by the proxy that the JVM's settings name for an address ({@code
 * https.proxyHost} and so on), if any. Thread-safe.
 */
final class Dialer {
  private final Duration within;
  private final SSLSocketFactory tls;

  /** Where to connect to, and through what. */
  private record Way(Proxy proxy, SocketAddress address) {}

  /**
   * @param within how long each address may take to accept a connection, and then for each step of
   *     the handshake
   */
  Dialer(Duration within, SSLSocketFactory tls) {
    this.within = within;
    this.tls = tls;
  }

  /**
   * Tries the addresses of a host in turn; {@code call} can end it at any time.
   *
   * @throws ConnectFailedException when none of them accepts, or is not who it should be
   */
  Connection dial(UpstreamCall call, Origin origin) throws IOException {
    @Nullable IOException failure = null;
    try {
      for (Way way : ways(origin)) {
        try {
          return dial(call, origin, way);
        } catch (IOException e) {
          if (failure != null) {
            e.addSuppressed(failure);
          }
          failure = e;
          if (call.ended() || Thread.currentThread().isInterrupted()) {
            break;
          }
        }
      }
    } catch (IOException e) {
      failure = e; // a name that nobody knows
    }
    throw new ConnectFailedException(failure == null ? new IOException("no address") : failure);
  }

  private Connection dial(UpstreamCall call, Origin origin, Way way) throws IOException {
    Socket socket =
        way.proxy().type() == Proxy.Type.DIRECT ? new Socket() : new Socket(way.proxy());
    boolean done = false;
    try {
      call.attach(socket);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) within.toMillis()); // a proxy's answer is waited for by it alone
      socket.connect(way.address(), (int) within.toMillis());
      Connection made =
          origin.secure()
              ? Connection.over(origin, secured(socket, origin), socket)
              : Connection.over(origin, socket);
      socket.setSoTimeout(0);
      done = true;
      return made;
    } finally {
      if (!done) {
        Connection.close(socket);
      }
    }
  }

  private SSLSocket secured(Socket plain, Origin origin) throws IOException {
    var secure = (SSLSocket) tls.createSocket(plain, origin.host(), origin.port(), true);
    SSLParameters parameters = secure.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setApplicationProtocols(new String[] {"http/1.1"});
    secure.setSSLParameters(parameters);
    secure.startHandshake();
    return secure;
  }

  /** A proxy looks names up by itself. */
  private static List<Way> ways(Origin origin) throws IOException {
    List<Way> ways = new ArrayList<>();
    for (Proxy proxy : proxies(origin)) {
      if (proxy.type() == Proxy.Type.DIRECT) {
        for (InetAddress address : InetAddress.getAllByName(origin.host())) {
          ways.add(new Way(proxy, new InetSocketAddress(address, origin.port())));
        }
      } else {
        ways.add(new Way(proxy, InetSocketAddress.createUnresolved(origin.host(), origin.port())));
      }
    }
    return ways;
  }

  private static List<Proxy> proxies(Origin origin) {
    @Nullable ProxySelector selector = ProxySelector.getDefault();
    return selector == null ? List.of(Proxy.NO_PROXY) : selector.select(origin.uri());
  }
}
