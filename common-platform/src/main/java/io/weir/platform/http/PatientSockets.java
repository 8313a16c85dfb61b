package io.weir.platform.http;

import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Options of accepted connections whose read time-out holds, and the sockets to change it. The
 * server keeps the one that is set and never uses it (4.5.0: {@code configureSocket} sets what a
 * channel has as options, and a time-out is none), and a read through the channel itself knows no
 * time-out; so the server must read through the channel's socket, {@code useNio(false)}.
 * Thread-safe.
 */
final class PatientSockets implements SocketOptions {
  private static final int FEW = 1_024;

  private final SocketOptions options;
  private final Map<Ends, Socket> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger many = new AtomicInteger(FEW);

  /** What tells connections apart. */
  private record Ends(@Nullable SocketAddress ours, @Nullable SocketAddress theirs) {}

  PatientSockets(SocketOptions options) {
    this.options = options;
  }

  @Override
  public void configureSocket(SocketChannel channel) {
    options.configureSocket(channel);
    try {
      Socket socket = channel.socket();
      socket.setSoTimeout((int) Math.max(1, readTimeout().toMillis()));
      forgetClosed();
      accepted.put(new Ends(channel.getLocalAddress(), channel.getRemoteAddress()), socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The socket of an accepted connection, for the one who serves it: told once. */
  Socket take(SocketAddress ours, SocketAddress theirs) {
    Socket socket = accepted.remove(new Ends(ours, theirs));
    if (socket == null) {
      throw new CloseConnectionException("closed before it was served");
    }
    return socket;
  }

  /** Those that nobody came to serve, whenever they may be half of all. */
  private void forgetClosed() {
    if (accepted.size() > many.get()) {
      accepted.values().removeIf(Socket::isClosed);
      many.set(Math.max(FEW, 2 * accepted.size()));
    }
  }

  @Override
  public Map<SocketOption<?>, Object> socketOptions() {
    return options.socketOptions();
  }

  @Override
  public Duration connectTimeout() {
    return options.connectTimeout();
  }

  @Override
  public Duration readTimeout() {
    return options.readTimeout();
  }

  @Override
  public Optional<Integer> socketReceiveBufferSize() {
    return options.socketReceiveBufferSize();
  }

  @Override
  public Optional<Integer> socketSendBufferSize() {
    return options.socketSendBufferSize();
  }

  @Override
  public boolean socketReuseAddress() {
    return options.socketReuseAddress();
  }

  @Override
  public boolean socketKeepAlive() {
    return options.socketKeepAlive();
  }

  @Override
  public boolean tcpNoDelay() {
    return options.tcpNoDelay();
  }
}
