package io.weir.testsupport;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Frames of the NATS client protocol as text, usual and odd ones. */
final class SampleFrames {

  private static final String HEADERS = "NATS/1.0\r\nNats-Msg-Id: m-1\r\nOther: b:c\r\n\r\n";
  static final List<String> OF_CLIENT =
      List.of(
          "CONNECT {\"verbose\":false}\r\n",
          "ping\r\n",
          "SUB _INBOX.1.* 1\r\n",
          "PUB \t a.b  5\r\nPING\n\r\n",
          "PUB $JS.ACK.S.C.1.2.3.4.5 4\r\n+ACK\r\n",
          "PUB empty reply 0\r\n\r\n",
          hpub("a.c _INBOX.1.2", "héllo\r\n"),
          "UNSUB 1 5\r\n",
          "PONG\r\n");
  static final List<String> OF_SERVER =
      List.of(
          "INFO {\"server_id\":\"x\"}\r\n",
          "+OK\r\n",
          "MSG a.b 1 3\r\nabc\r\n",
          "MSG a.b 1 $JS.ACK.x 3\r\n\r\n\0\r\n",
          hmsg("a.b 1 reply", "payload"),
          "-ERR 'Unknown Protocol Operation'\r\n",
          "what is this\r\n",
          "\r\n",
          "PUB broken size\r\n");

  private SampleFrames() {}

  static byte[] bytes(List<String> frames) {
    return String.join("", frames).getBytes(StandardCharsets.UTF_8);
  }

  static String pub(String subjectAndReply, String payload) {
    return "PUB %s %d\r\n%s\r\n".formatted(subjectAndReply, payload.length(), payload);
  }

  static String msg(String subject, String payload) {
    return "MSG %s 1 %d\r\n%s\r\n".formatted(subject, payload.length(), payload);
  }

  private static String hpub(String fields, String payload) {
    return headed("HPUB " + fields, payload);
  }

  private static String hmsg(String fields, String payload) {
    return headed("HMSG " + fields, payload);
  }

  private static String headed(String start, String payload) {
    int total = bytes(List.of(HEADERS, payload)).length;
    return "%s %d %d\r\n%s%s\r\n".formatted(start, HEADERS.length(), total, HEADERS, payload);
  }
}
