package io.weir.gateway.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.proto.v1.LlmUsage;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UntoldTest {
  @TempDir Path folder;

  /** Else they would be neither told nor forgotten, and fill the room for those that are. */
  @Test
  void aJournalThatFailsKeepsNoneOfThoseUnderWayThatAreTold() throws Exception {
    Path own = Files.createDirectory(folder.resolve("own"));
    var untold = new Untold(own);
    untold.open(left -> {});
    List<LlmUsage> calls =
        IntStream.range(0, 20_000)
            .mapToObj(
                i ->
                    LlmUsage.newBuilder()
                        .setRequestId("0123456789012345678901234567890123456789-" + i)
                        .build())
            .toList();
    calls.forEach(untold::end);
    assertEquals(20_000, untold.size());
    try (var files = Files.list(own)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(own); // so that no shorter file can be written in place of it

    assertThrows(UncheckedIOException.class, () -> untold.settled(calls, true));
    assertEquals(0, untold.size());
    assertEquals(0, untold.bytes());
    assertTrue(untold.allUnderWay());
    assertEquals(List.of(), untold.take(1));
  }
}
