package io.weir.kills;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.kills.work.Works;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The most dangerous kill points of each service and some others, another choice each day; only
 * when asked for, since how long it takes was not measured on a quiet machine yet. {@code ./weir
 * test --kills} plays all.
 */
@EnabledIfSystemProperty(
    named = "weir.kills",
    matches = "true",
    disabledReason = "a choice of kill points is played with -Dweir.kills=true, all by --kills")
final class KillsIT {

  @Test
  @Timeout(value = 20, unit = TimeUnit.MINUTES)
  void whereverAServiceIsKilledItsWorkIsThereOnceAndChargedOnce(@TempDir Path folder)
      throws Exception {
    long seed = LocalDate.now(ZoneOffset.UTC).toEpochDay();
    Path root = Path.of(System.getProperty("weir.root"));
    List<Row> rows =
        new Kills(root, folder, System.out::println)
            .play(Works.all(), Selection.dangerous(1, seed), 1);
    System.out.println("seed %d%n%s".formatted(seed, Table.of(rows)));
    assertTrue(rows.size() > Works.all().size(), rows::toString);
    assertEquals(List.of(), rows.stream().filter(row -> !row.isClean()).map(Table::line).toList());
  }
}
