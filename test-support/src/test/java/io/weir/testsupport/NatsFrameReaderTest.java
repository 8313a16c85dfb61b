package io.weir.testsupport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.weir.testsupport.NatsFrame.Verb;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NatsFrameReaderTest {

  @Test
  void framesAreReadForWhatTheyAre() throws Exception {
    List<NatsFrame> client = read(SampleFrames.OF_CLIENT);
    List<NatsFrame> server = read(SampleFrames.OF_SERVER);

    assertEquals(
        List.of(
            Verb.CONNECT,
            Verb.PING,
            Verb.SUB,
            Verb.PUB,
            Verb.PUB,
            Verb.PUB,
            Verb.HPUB,
            Verb.UNSUB,
            Verb.PONG),
        client.stream().map(NatsFrame::verb).toList());
    assertEquals("PING\n", client.get(3).text());
    assertEquals("a.b", client.get(3).subject());
    assertEquals(Optional.empty(), client.get(3).replyTo());
    assertEquals(
        List.of("$JS.ACK.S.C.1.2.3.4.5"),
        client.stream().filter(NatsFrame::isAcknowledgement).map(NatsFrame::subject).toList());
    assertEquals(Optional.of("reply"), client.get(5).replyTo());
    assertEquals("héllo\r\n", client.get(6).text());
    assertEquals(Optional.of("_INBOX.1.2"), client.get(6).replyTo());
    assertEquals(Optional.of("m-1"), client.get(6).header("nats-msg-id"));
    assertEquals(Optional.of("b:c"), client.get(6).header("Other"));
    assertEquals(Optional.empty(), client.get(6).header("NATS/1.0"));
    assertEquals(
        List.of(
            Verb.INFO,
            Verb.OK,
            Verb.MSG,
            Verb.MSG,
            Verb.HMSG,
            Verb.ERR,
            Verb.OTHER,
            Verb.OTHER,
            Verb.OTHER),
        server.stream().map(NatsFrame::verb).toList());
    assertEquals(Optional.empty(), server.get(2).replyTo());
    assertEquals(Optional.of("$JS.ACK.x"), server.get(3).replyTo());
    assertEquals(Optional.of("reply"), server.get(4).replyTo());
    assertEquals("payload", new String(server.get(4).payload(), StandardCharsets.UTF_8));
  }

  @Test
  void whatNoNatsClientSendsHasALimit() {
    byte[] endless = new byte[NatsFrameReader.MAX_LINE_BYTES + 1];
    String huge = "PUB a %d\r\n".formatted(NatsFrameReader.MAX_BODY_BYTES + 1);

    assertThrows(IOException.class, () -> reader(endless).next());
    assertThrows(IOException.class, () -> reader(SampleFrames.bytes(List.of(huge))).next());
  }

  private static List<NatsFrame> read(List<String> frames) throws IOException {
    NatsFrameReader reader = reader(SampleFrames.bytes(frames));
    List<NatsFrame> read = new ArrayList<>();
    for (NatsFrame frame = reader.next(); frame != null; frame = reader.next()) {
      read.add(frame);
    }
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    for (NatsFrame frame : read) {
      frame.writeTo(written);
    }
    assertEquals(String.join("", frames), written.toString(StandardCharsets.UTF_8));
    return read;
  }

  private static NatsFrameReader reader(byte[] bytes) {
    return new NatsFrameReader(new ByteArrayInputStream(bytes));
  }
}
