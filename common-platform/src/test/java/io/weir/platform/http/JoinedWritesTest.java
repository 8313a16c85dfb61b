package io.weir.platform.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JoinedWritesTest {
  private final List<String> sent = new ArrayList<>();
  private final JoinedWrites writes = new JoinedWrites(new Socket());

  @Test
  void whatIsWrittenTogetherIsSentAtOnceAndInOrder() throws Exception {
    writes.write(bytes("before"));
    writes.together(
        () -> {
          writes.write(bytes("head,"));
          writes.writeNow(bytes("a,"));
          writes.write(bytes("b,"), bytes("c,"));
          writes.writeNow(bytes("d,"), bytes("e".repeat(5_000)));
          writes.flush();
        });
    writes.writeNow(bytes("after"));
    writes.write(bytes("1"), bytes("2"));
    assertEquals(List.of("before", "head,a,b,c,d," + "e".repeat(5_000), "after", "1", "2"), sent);
  }

  @Test
  void whatWasWrittenBeforeAFailureIsSent() {
    assertThrows(
        IOException.class,
        () ->
            writes.together(
                () -> {
                  writes.write(bytes("head"));
                  throw new IOException("no more");
                }));
    writes.write(bytes("after"));
    assertEquals(List.of("head", "after"), sent);
  }

  @Test
  void nothingIsSentOfNothing() throws Exception {
    writes.together(() -> {});
    assertEquals(List.of(), sent);
  }

  private static BufferData bytes(String text) {
    return BufferData.create(text.getBytes(StandardCharsets.US_ASCII));
  }

  private final class Socket implements DataWriter {
    @Override
    public void write(BufferData... buffers) {
      for (BufferData buffer : buffers) {
        write(buffer);
      }
    }

    @Override
    public void write(BufferData buffer) {
      sent.add(buffer.readString(buffer.available(), StandardCharsets.US_ASCII));
    }

    @Override
    public void writeNow(BufferData... buffers) {
      write(buffers);
    }

    @Override
    public void writeNow(BufferData buffer) {
      write(buffer);
    }
  }
}
