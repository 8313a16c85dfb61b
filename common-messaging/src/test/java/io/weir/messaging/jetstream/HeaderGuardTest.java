package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
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

  /** Eight bytes are looked at at once; each place among them is one where something may stand. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5, 7, 8, 9, 15, 16, 17, 23})
  void noPlaceInAHeaderIsOverlooked(int place) {
    StringBuilder value = new StringBuilder("123456789012345678901234");
    value.setCharAt(place, '\u00e4');
    String head = "NATS/1.0\r\nX:" + value + "\r\n\r\n";
    byte[] latin = head.getBytes(StandardCharsets.ISO_8859_1);
    byte[] line =
        "HMSG a 1 %d %d\r\n"
            .formatted(latin.length, latin.length + 1)
            .getBytes(StandardCharsets.UTF_8);
    byte[] wire = new byte[line.length + latin.length + 3];
    System.arraycopy(line, 0, wire, 0, line.length);
    System.arraycopy(latin, 0, wire, line.length, latin.length);
    wire[wire.length - 3] = (byte) 0xe4;
    new HeaderGuard().pass(wire, 0, wire.length);
    assertEquals(
        head.replace('\u00e4', '?'),
        new String(wire, line.length, latin.length, StandardCharsets.ISO_8859_1));
    assertEquals((byte) 0xe4, wire[wire.length - 3], "the payload is none of its business");
  }

  @Test
  void aLineWithoutALengthIsRefused() {
    byte[] wire = bytes("MSG a.b 1 x\r\n");
    var guard = new HeaderGuard();
    assertThrows(NumberFormatException.class, () -> guard.pass(wire, 0, wire.length));
  }

  private static String message(String line, String head, String body) {
    return line + head + body + "\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
