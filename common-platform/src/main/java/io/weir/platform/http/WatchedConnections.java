package io.weir.platform.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.common.task.InterruptableTask;
import io.helidon.http.Headers;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;

/**
 * HTTP/1.1 connections as the server makes them, each read through a {@link ReadAhead} and written
 * through {@link JoinedWrites}, which the handlers of its requests find in {@link
 * ClientWatch#CONNECTION} and {@link JoinedWrites#CONNECTION}.
 */
final class WatchedConnections implements ServerConnectionSelector {
  private final ServerConnectionSelector http1;
  private final PatientSockets accepted;
  private final Silence silence;

  /**
   * @param accepted the options of all connections that come here
   * @param upgraders of connections that become something else, by the protocol's name
   */
  WatchedConnections(PatientSockets accepted, Map<String, Http1Upgrader> upgraders) {
    this.accepted = accepted;
    this.silence = new Silence(accepted.readTimeout());
    this.http1 =
        Http1ConnectionSelector.builder()
            .config(Http1Config.builder().addReceiveListener(new HeadsSeen()).build())
            .addUpgraders(upgraders)
            .build();
  }

  @Override
  public int bytesToIdentifyConnection() {
    return http1.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http1.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http1.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    Socket socket = accepted.take(context.localPeer().address(), context.remotePeer().address());
    var ahead = new ReadAhead(context.dataReader(), socket, silence);
    var writes = new JoinedWrites(context.dataWriter());
    return new Connection(
        http1.connection(new Context(context, DataReader.create(ahead::next), writes)),
        ahead,
        writes);
  }

  private record Connection(ServerConnection http1, ReadAhead ahead, JoinedWrites writes)
      implements ServerConnection, InterruptableTask<Void> {
    @Override
    public void handle(Limit limit) throws InterruptedException {
      ScopedValue.where(ClientWatch.CONNECTION, ahead)
          .where(JoinedWrites.CONNECTION, writes)
          .call(
              () -> {
                http1.handle(limit);
                return true;
              });
    }

    @Override
    public Duration idleTime() {
      return http1.idleTime();
    }

    @Override
    public void close(boolean interrupt) {
      http1.close(interrupt);
    }

    @Override
    public boolean canInterrupt() {
      return http1 instanceof InterruptableTask<?> task && task.canInterrupt();
    }
  }

  /** Heard on the connection's own thread. */
  private record HeadsSeen() implements Http1ConnectionListener {
    @Override
    public void headers(ConnectionContext context, Headers headers) {
      ClientWatch.headIsIn();
    }
  }

  private record Context(ConnectionContext server, DataReader dataReader, DataWriter dataWriter)
      implements ConnectionContext {
    @Override
    public ListenerContext listenerContext() {
      return server.listenerContext();
    }

    @Override
    public ExecutorService executor() {
      return server.executor();
    }

    @Override
    public Router router() {
      return server.router();
    }

    @Override
    public Optional<ProxyProtocolData> proxyProtocolData() {
      return server.proxyProtocolData();
    }

    @Override
    public HelidonSocket serverSocket() {
      return server.serverSocket();
    }

    @Override
    public PeerInfo remotePeer() {
      return server.remotePeer();
    }

    @Override
    public PeerInfo localPeer() {
      return server.localPeer();
    }

    @Override
    public boolean isSecure() {
      return server.isSecure();
    }

    @Override
    public String socketId() {
      return server.socketId();
    }

    @Override
    public String childSocketId() {
      return server.childSocketId();
    }
  }
}
