package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HeaderGuardTest {
  private static final String INFO = "INFO {\"server_name\":\"ä\"}\r\n";

  /** However the bytes are cut into reads, only header bytes above ASCII change. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 64, 4096})
  void onlyHeadersAreTouched(int chunk) {
    String head = "NATS/1.0\r\nX: Müller\r\n\r\n";
    String body = "bödy\r\nHMSG x 1 99 99\r\n";
    String sent =
        INFO
            + message("MSG a.b 1 %d\r\n".formatted(bytes(body).length), "", body)
            + message(
                "HMSG a.b 1 re.ply %d %d\r\n"
                    .formatted(bytes(head).length, bytes(head).length + bytes(body).length),
                head,
                body)
            + "PING\r\n"
            + message("MSG c 2 0\r\n", "", "");
    String expected = sent.replace("Müller", "M??ller");
    byte[] wire = bytes(sent);
    HeaderGuard guard = new HeaderGuard();
    for (int at = 0; at < wire.length; at += chunk) {
      guard.pass(wire, at, Math.min(chunk, wire.length - at));
    }
    assertEquals(expected, new String(wire, StandardCharsets.UTF_8));
    assertEquals(bytes(expected).length, wire.length, () -> Arrays.toString(wire));
  }

  private static String message(String line, String head, String body) {
    return line + head + body + "\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
