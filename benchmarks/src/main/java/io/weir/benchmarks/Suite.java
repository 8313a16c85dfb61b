package io.weir.benchmarks;

import io.opentelemetry.api.OpenTelemetry;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Cell.Work;
import io.weir.benchmarks.measure.Handling;
import io.weir.benchmarks.measure.Subject;
import io.weir.benchmarks.measure.Subject.Kind;
import io.weir.benchmarks.measure.Subject.Starter;
import io.weir.benchmarks.subject.CamelPeer;
import io.weir.benchmarks.subject.RawConsumers;
import io.weir.benchmarks.subject.RawPublishers;
import io.weir.benchmarks.subject.WeirSubjects;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is measured: the cells, and who does the work of each. */
final class Suite {
  /** What the library and the raw loops are called; the bars are looked up by them. */
  static final String WEIR_INLINE = "Weir, inline";

  static final String WEIR_THREADS = "Weir, virtual threads";
  static final String WEIR = "Weir";

  private static final int SMALL = 256;
  private static final int MIDDLE = 4 << 10;
  private static final int LARGE = 64 << 10;
  private static final int IN_FLIGHT = 1_000;

  private final WeirSubjects weir = WeirSubjects.withoutTracingSdk();
  private final WeirSubjects traced;

  /**
   * @param recording an SDK that records all spans
   */
  Suite(OpenTelemetry recording) {
    this.traced = new WeirSubjects(recording);
  }

  /** All cells. */
  Map<Cell, List<Subject>> all() {
    var cells = new LinkedHashMap<Cell, List<Subject>>();
    for (int size : new int[] {SMALL, MIDDLE, LARGE}) {
      for (int concurrency : new int[] {1, 10, 1_000}) {
        add(cells, new Cell(Work.CONSUME_ACK, size, concurrency, Handling.NO_OP));
      }
    }
    for (int size : new int[] {SMALL, MIDDLE, LARGE}) {
      for (int concurrency : new int[] {1, 10, 1_000}) {
        add(cells, new Cell(Work.CONSUME_ACK, size, concurrency, Handling.ONE_MILLISECOND));
      }
    }
    for (int size : new int[] {SMALL, MIDDLE, LARGE}) {
      for (int concurrency : new int[] {1, 10, 1_000}) {
        add(cells, new Cell(Work.CONSUME_PUBLISH_ACK, size, concurrency, Handling.NO_OP));
      }
    }
    for (int size : new int[] {SMALL, MIDDLE, LARGE}) {
      for (int concurrency : new int[] {1, 10, 1_000}) {
        add(cells, new Cell(Work.PUBLISH_SYNC, size, concurrency, Handling.NO_OP));
      }
      add(cells, new Cell(Work.PUBLISH_PIPELINED, size, IN_FLIGHT, Handling.NO_OP));
    }
    return cells;
  }

  /** Some cells that are measured in a minute or two. */
  Map<Cell, List<Subject>> quick() {
    var cells = new LinkedHashMap<Cell, List<Subject>>();
    add(cells, new Cell(Work.CONSUME_ACK, SMALL, 10, Handling.NO_OP));
    add(cells, new Cell(Work.CONSUME_ACK, SMALL, IN_FLIGHT, Handling.NO_OP));
    add(cells, new Cell(Work.CONSUME_ACK, LARGE, 10, Handling.NO_OP));
    add(cells, new Cell(Work.CONSUME_ACK, SMALL, 10, Handling.ONE_MILLISECOND));
    add(cells, new Cell(Work.CONSUME_PUBLISH_ACK, SMALL, 10, Handling.NO_OP));
    add(cells, new Cell(Work.CONSUME_PUBLISH_ACK, SMALL, IN_FLIGHT, Handling.NO_OP));
    add(cells, new Cell(Work.PUBLISH_SYNC, SMALL, 1, Handling.NO_OP));
    add(cells, new Cell(Work.PUBLISH_PIPELINED, SMALL, IN_FLIGHT, Handling.NO_OP));
    return cells;
  }

  /** One small cell of each kind of work: enough to see that all of it still runs. */
  Map<Cell, List<Subject>> smoke() {
    var cells = new LinkedHashMap<Cell, List<Subject>>();
    for (Work work : Work.values()) {
      add(cells, new Cell(work, SMALL, 10, Handling.NO_OP));
    }
    return cells;
  }

  private void add(Map<Cell, List<Subject>> cells, Cell cell) {
    cells.put(cell, subjects(cell));
  }

  private List<Subject> subjects(Cell cell) {
    return switch (cell.work()) {
      case CONSUME_ACK -> consumers(cell);
      case CONSUME_PUBLISH_ACK -> {
        var subjects = new ArrayList<Subject>();
        subjects.add(raw("jnats, virtual threads", RawPublishers::consumePublishAck));
        subjects.add(weir(WEIR_THREADS, weir::consumePublishAck));
        if (cell.size() == SMALL) {
          subjects.add(weir(WEIR_THREADS + ", traces recorded", traced::consumePublishAck));
        }
        if (cell.concurrency() <= 10) {
          subjects.add(camel("Camel, a route a thread", CamelPeer::consumePublishAck));
        }
        yield subjects;
      }
      case PUBLISH_SYNC -> {
        var subjects = new ArrayList<Subject>();
        subjects.add(raw("jnats publish()", RawPublishers::sync));
        subjects.add(weir(WEIR, weir::sync));
        if (cell.concurrency() <= 10) {
          subjects.add(camel("Camel", CamelPeer::publish));
        }
        yield subjects;
      }
      case PUBLISH_PIPELINED ->
          List.of(
              raw("jnats publishAsync()", RawPublishers::async),
              raw("jnats, own inbox", RawPublishers::ownInbox),
              weir(WEIR, weir::pipelined));
    };
  }

  private List<Subject> consumers(Cell cell) {
    var subjects = new ArrayList<Subject>();
    boolean waits = cell.handling() == Handling.ONE_MILLISECOND;
    // One that waits belongs on no thread of the client; and consume() stalls with a batch of one.
    if (!waits && cell.concurrency() > 1) {
      subjects.add(raw("jnats consume(), inline", RawConsumers::consume));
    }
    if (!waits) {
      subjects.add(raw("jnats own loop, inline", RawConsumers::inline));
    }
    subjects.add(raw("jnats own loop, virtual threads", RawConsumers::virtualThreads));
    if (!waits) {
      subjects.add(weir(WEIR_INLINE, weir::inline));
    }
    subjects.add(weir(WEIR_THREADS, weir::virtualThreads));
    if (cell.size() == SMALL && cell.concurrency() == IN_FLIGHT && !waits) {
      subjects.add(weir(WEIR_THREADS + ", traces recorded", traced::virtualThreads));
    }
    if (!waits && cell.concurrency() == IN_FLIGHT) {
      subjects.add(camel("Camel, one route", CamelPeer::consume));
    }
    return subjects;
  }

  private static Subject raw(String name, Starter starter) {
    return new Subject(name, Kind.RAW, starter);
  }

  private static Subject weir(String name, Starter starter) {
    return new Subject(name, Kind.WEIR, starter);
  }

  private static Subject camel(String name, Starter starter) {
    return new Subject(name, Kind.PEER, starter);
  }
}
