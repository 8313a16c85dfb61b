package io.weir.gateway.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A provider whose every byte the test sends by hand, one connection at a time: for what a scripted
 * one can't show, such as that a piece is handed on before the next one exists.
 */
final class RawUpstream implements AutoCloseable {
  private final ServerSocket listener;

  RawUpstream() throws IOException {
    this.listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
  }

  String baseUrl() {
    return "http://127.0.0.1:" + listener.getLocalPort() + "/v1";
  }

  /** Waits for the next request. */
  Call accept() throws IOException {
    Socket socket = listener.accept();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(10_000);
    return new Call(socket, readRequest(socket.getInputStream()));
  }

  private static String readRequest(InputStream in) throws IOException {
    var head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the request ended in its head: " + head);
      }
      head.write(b);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    int length =
        text.lines()
            .filter(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length:"))
            .map(line -> Integer.valueOf(line.substring(15).strip()))
            .findFirst()
            .orElse(0);
    return text + new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  /** One request and the answer to it. */
  record Call(Socket socket, String request) implements AutoCloseable {
    void beginStream() throws IOException {
      send(
          "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
    }

    void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    void send(String text) throws IOException {
      send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Waits until the other side has closed the connection. */
    boolean closedByClient() {
      try {
        return socket.getInputStream().read() < 0;
      } catch (IOException reset) {
        return !(reset instanceof java.net.SocketTimeoutException);
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
