package io.weir.gateway.upstream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** An HTTP proxy that makes one tunnel, and always to the same place. */
final class ConnectProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final int target;
  private volatile String asked = "";

  private ConnectProxy(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  static ConnectProxy to(int target) throws IOException {
    var proxy = new ConnectProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
    var _ = Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  int port() {
    return listener.getLocalPort();
  }

  /** The first line of the request for a tunnel. */
  String asked() {
    return asked;
  }

  private void serve() {
    try (Socket client = listener.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
      asked = head(client).lines().findFirst().orElse("");
      client
          .getOutputStream()
          .write("HTTP/1.1 200 Connected\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      Thread there = Thread.ofVirtual().start(() -> pass(client, server));
      pass(server, client);
      there.join();
    } catch (IOException | InterruptedException e) {
      // The test sees that nothing came.
    }
  }

  private static String head(Socket client) throws IOException {
    var head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) client.getInputStream().read());
    }
    return head.toString();
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // One side is gone, and the other will see it.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
