package io.weir.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.faults.Suite.Servers;
import io.weir.faults.scenario.RandomFaults;
import io.weir.faults.scenario.Scenario;
import io.weir.faults.scenario.Scenarios;
import io.weir.faults.scenario.Size;
import io.weir.faults.worker.FaultWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The fault suite in short: every test on one server, and those that differ there on a cluster, two
 * at a time since most of each is waiting. {@code ./weir test --faults} is the long one.
 */
final class FaultsIT {
  /** What is different when others can take over. */
  private static final List<String> ON_A_CLUSTER = List.of("2", "3", "5");

  private static final String RANDOM = "random";

  /** Its rates say something only while no other test is played. */
  private static final String TIMED = "10";

  private static final String CORES = "cores";

  @TempDir private static Path folder;
  private static Suite suite;
  private static final Queue<Row> ROWS = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() throws Exception {
    suite = new Suite(folder, Size.SHORT, FaultWorker.class, what -> {});
  }

  @AfterAll
  static void stop() throws Exception {
    suite.close();
    var order = new ArrayList<>(Scenarios.all().keySet());
    order.add(RANDOM);
    String table =
        Table.of(
            ROWS.stream()
                .sorted(
                    Comparator.comparing(Row::ground)
                        .thenComparingInt(row -> order.indexOf(row.number())))
                .toList());
    System.out.println(table);
    var _ = Files.writeString(Path.of("target", "faults.md"), table);
  }

  static Stream<String> onOneServer() {
    return Scenarios.all().entrySet().stream()
        .filter(test -> test.getValue().playsOn(false))
        .map(Map.Entry::getKey)
        .filter(number -> !number.equals(TIMED));
  }

  static Stream<String> onThree() {
    return ON_A_CLUSTER.stream();
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(value = CORES, mode = ResourceAccessMode.READ)
  @ParameterizedTest(name = "test {0}")
  @MethodSource("onOneServer")
  void nothingIsLostDuplicatedMisjudgedOrStuckOnOneServer(String number) throws Exception {
    play(number, Servers.ONE);
  }

  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(value = CORES, mode = ResourceAccessMode.READ)
  @ParameterizedTest(name = "test {0}")
  @MethodSource("onThree")
  void norOnThree(String number) throws Exception {
    play(number, Servers.THREE);
  }

  @Test
  @ResourceLock(CORES)
  void norOnOneServerAlone() throws Exception {
    play(TIMED, Servers.ONE);
  }

  /** Seeds with which something was once lost, doubled or stuck, and one that never was. */
  @Execution(ExecutionMode.CONCURRENT)
  @ResourceLock(value = CORES, mode = ResourceAccessMode.READ)
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 20261123})
  void norByRandomFaults(long seed) throws Exception {
    assertClean(suite.play(RANDOM, new RandomFaults(seed, Duration.ofSeconds(20)), Servers.ONE));
  }

  private static void play(String number, Servers servers) throws Exception {
    Scenario scenario = Objects.requireNonNull(Scenarios.all().get(number));
    assertClean(suite.play(number, scenario, servers));
  }

  private static void assertClean(Row row) {
    ROWS.add(row);
    assertTrue(row.finding().count().messages() > 0, "nothing was published");
    assertEquals(List.of(), row.finding().count().examples(), Table.line(row));
    assertTrue(row.isClean(), Table.line(row));
  }
}
