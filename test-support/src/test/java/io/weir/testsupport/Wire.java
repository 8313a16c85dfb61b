package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** One end of a connection in a test that speaks NATS by hand. */
record Wire(Socket socket) {

  void send(String... frames) throws IOException {
    socket.getOutputStream().write(SampleFrames.bytes(List.of(frames)));
  }

  void assertReceives(String... frames) throws IOException {
    String expected = String.join("", frames);
    byte[] received = receive(SampleFrames.bytes(List.of(frames)).length);
    assertEquals(expected, new String(received, StandardCharsets.UTF_8));
  }

  byte[] receive(int length) throws IOException {
    socket.setSoTimeout(5_000);
    return socket.getInputStream().readNBytes(length);
  }

  void assertReceivesNothing() throws IOException {
    socket.setSoTimeout(100);
    assertThrows(SocketTimeoutException.class, () -> socket.getInputStream().read());
  }

  /** By an end or a reset. */
  void assertEnded() throws IOException {
    socket.setSoTimeout(5_000);
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketTimeoutException e) {
      throw new AssertionError("it is still open", e);
    } catch (IOException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("reset"), () -> e.toString());
    }
  }

  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** An orderly end, not a reset. */
  void assertOrderlyEnd() throws IOException {
    socket.setSoTimeout(5_000);
    assertEquals(-1, socket.getInputStream().read());
  }
}
