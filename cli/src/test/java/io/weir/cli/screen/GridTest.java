package io.weir.cli.screen;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GridTest {

  @Test
  void columnsAreAsWideAsTheirWidestCellAndLinesAreCutToTheTerminal() {
    var grid = new Grid(14);
    grid.row("ID", "ERROR");
    grid.row(1234, "Connection refused");
    assertEquals(List.of("ID    ERROR", "1234  Conne..."), grid.lines());
  }

  @Test
  void whatComesFromOutsideCanNotPlayWithTheTerminal() {
    var grid = new Grid(0);
    grid.row("a\033[2Jb\nc");
    assertEquals(List.of("a.[2Jb.c"), grid.lines());
  }

  @ParameterizedTest
  @CsvSource({"PT0.9S, 0s", "PT59S, 59s", "PT5M, 5m", "PT47H, 47h", "PT72H, 3d"})
  void agesAreShort(Duration age, String words) {
    assertEquals(words, Words.age(age));
  }

  @ParameterizedTest
  @CsvSource({"0, 0 B", "1023, 1023 B", "1536, 1.5 KiB", "1073741824, 1.0 GiB"})
  void sizesHaveUnits(long bytes, String words) {
    assertEquals(words, Words.bytes(bytes));
  }
}
