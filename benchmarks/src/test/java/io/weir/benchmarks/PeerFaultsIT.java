package io.weir.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.benchmarks.peer.CamelWorker;
import io.weir.benchmarks.report.PeerTable;
import io.weir.benchmarks.report.PeerTable.Played;
import io.weir.faults.Row;
import io.weir.faults.Suite.Servers;
import io.weir.faults.oracle.Kind;
import io.weir.faults.scenario.Scenario;
import io.weir.faults.scenario.Size;
import io.weir.faults.stage.Stage;
import io.weir.faults.stage.WorkerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the peer's worker does its work as long as nothing breaks. */
class PeerFaultsIT {
  @TempDir Path folder;

  /** Three of ten ought to become dead letters. */
  private static final class Quiet implements Scenario {
    private static final List<Kind> KINDS =
        Stream.concat(
                Stream.generate(() -> Kind.GOOD).limit(7),
                Stream.of(Kind.DEAD, Kind.RUBBISH, Kind.FAILING))
            .toList();

    @Override
    public String name() {
      return "nothing";
    }

    /**
     * Nothing in Camel says that work goes on: what waits in the client behind several messages
     * that are retried (750 ms each) would come again after the usual 3 s.
     */
    @Override
    public Duration ackWait() {
      return Duration.ofSeconds(30);
    }

    /**
     * Published when the worker is ready: jnats subscribes before it knows the handler of a
     * subscription, and a message that comes in between goes to the dispatcher's own handler, which
     * Camel does not let acknowledge.
     */
    @Override
    public String play(Stage stage, Size size) throws Exception {
      var _ = stage.workers().start(WorkerOptions.DEFAULT.concurrency(5));
      stage.producer().mixed(n -> KINDS.get((int) (n % KINDS.size()))).publish(50);
      return "";
    }
  }

  @Test
  void camelHandlesGoodMessagesAndBuriesTheOthers() throws Exception {
    Row row;
    try (var suite = new io.weir.faults.Suite(folder, Size.SHORT, CamelWorker.class, what -> {})) {
      row = suite.play("0", new Quiet(), Servers.ONE);
    }
    String line = PeerTable.of(List.of(new Played("Camel", row)));
    assertEquals(List.of(), row.finding().count().examples(), line);
    assertEquals(50, row.finding().count().messages(), line);
    assertEquals(15, row.finding().count().letters(), line);
    assertEquals(0, row.finding().count().stuck(), line);
    // Two retries of each that fails every time.
    assertEquals(10, row.finding().redeliveries(), line);
    assertTrue(row.finding().mostAtOnce() > 1, line);
  }
}
