package io.weir.kills;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.kills.work.Works;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One of the most dangerous kill points of each kind of work, another one each day. {@code ./weir
 * test --kills} plays all.
 */
final class KillsIT {
  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void whereverAServiceIsKilledItsWorkIsThereOnceAndChargedOnce(@TempDir Path folder)
      throws Exception {
    long seed = LocalDate.now(ZoneOffset.UTC).toEpochDay();
    Path root = Path.of(System.getProperty("weir.root"));
    List<Row> rows =
        new Kills(root, folder, false, System.out::println)
            .play(Works.all(), Selection.one(seed), 1);
    System.out.println("seed %d%n%s".formatted(seed, Table.of(rows)));
    assertEquals(Works.all().size(), rows.size(), rows::toString);
    assertEquals(List.of(), rows.stream().filter(row -> !row.isClean()).map(Table::line).toList());
  }
}
