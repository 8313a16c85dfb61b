package io.weir.cli.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.PartState;
import io.weir.localstack.PartState.Status;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BoardTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private static PartState nats(Status status) {
    return new PartState("nats", "nats://127.0.0.1:4222", status, 7, Optional.empty(), "");
  }

  private List<String> printed() {
    return bytes.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void withoutATerminalEachChangeIsOneLineAndTheSameStateNone() {
    Board board = Board.of(out, false);
    board.show(nats(Status.STARTING));
    board.show(nats(Status.STARTING));
    board.show(nats(Status.NOT_READY));
    assertEquals(
        List.of(
            "nats               starting    7        nats://127.0.0.1:4222",
            "nats               not ready   7        nats://127.0.0.1:4222"),
        printed());
  }

  @Test
  void onATerminalTheTableIsRedrawnInPlace() {
    Board board = Board.of(out, true);
    board.show(nats(Status.STARTING));
    board.show(nats(Status.READY));
    // Heading, one part, an empty line.
    assertTrue(bytes.toString(StandardCharsets.UTF_8).contains("\033[3A\033[0J"));
    assertEquals(6, printed().size());
  }

  @Test
  void aLineThatIsTooLongForTheTableIsCut() {
    assertEquals("abcd...", StateTable.cut("abcdefghij", 7));
    assertEquals("abcdefg", StateTable.cut("abcdefg", 7));
  }
}
