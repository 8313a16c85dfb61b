package io.weir.kills;

import io.weir.kills.lane.Kind;
import io.weir.kills.lane.Platform;
import io.weir.kills.point.Point;
import io.weir.kills.work.Works;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Plays points of all services, side by side. */
final class Kills {
  /** What may be otherwise in two runs of the same work is which of two came first. */
  private static final int TRIES = 3;

  private final Path root;
  private final Path folder;
  private final boolean twice;
  private final Consumer<String> say;

  /** A point that is to be played. */
  private record Task(Works works, Point point) {}

  /**
   * @param root the checkout in which the services were built
   * @param folder where everything that is written goes
   * @param twice whether the service is killed again while it recovers
   * @param say told what happens, by any thread
   */
  Kills(Path root, Path folder, boolean twice, Consumer<String> say) {
    this.root = root;
    this.folder = folder;
    this.twice = twice;
    this.say = say;
  }

  /**
   * Plays these works' points that are selected.
   *
   * @param lanes of each service, side by side
   * @return a row each, in the order of the steps
   */
  List<Row> play(List<Works> works, Selection selection, int lanes) throws Exception {
    var rows = new ArrayList<Row>();
    try (var platform = new Platform(root, folder);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var services = new ArrayList<Future<List<Row>>>();
      for (Kind kind : Kind.values()) {
        List<Works> own = works.stream().filter(each -> each.kind() == kind).toList();
        if (!own.isEmpty()) {
          services.add(threads.submit(() -> play(platform, kind, own, selection, lanes)));
        }
      }
      for (Future<List<Row>> service : services) {
        rows.addAll(service.get());
      }
    }
    return rows;
  }

  private List<Row> play(
      Platform platform, Kind kind, List<Works> works, Selection selection, int lanes)
      throws Exception {
    var order = new ArrayList<Task>();
    Map<Task, Row> rows = new ConcurrentHashMap<>();
    try (var first = new Player(platform, platform.lane(kind), twice);
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<List<Point>> points = first.discover(works);
      for (int i = 0; i < works.size(); i++) {
        Works each = works.get(i);
        List<Point> chosen = selection.of(points.get(i));
        say.accept(
            "%s, %s: %d points, %d to play"
                .formatted(kind.module(), each.name(), points.get(i).size(), chosen.size()));
        chosen.forEach(point -> order.add(new Task(each, point)));
      }
      Queue<Task> queue = new ConcurrentLinkedQueue<>(order);
      var others = new ArrayList<Future<?>>();
      for (int lane = 1; lane < lanes; lane++) {
        Callable<?> drained =
            () -> {
              try (var player = new Player(platform, platform.lane(kind), twice)) {
                drain(player, queue, rows);
              }
              return rows;
            };
        others.add(threads.submit(drained));
      }
      drain(first, queue, rows);
      for (Future<?> other : others) {
        var _ = other.get();
      }
    }
    return order.stream().map(rows::get).toList();
  }

  private void drain(Player player, Queue<Task> queue, Map<Task, Row> rows) throws Exception {
    for (Task task = queue.poll(); task != null; task = queue.poll()) {
      Row row = played(player, task);
      rows.put(task, row);
      say.accept(Table.line(row));
    }
  }

  private static Row played(Player player, Task task) throws Exception {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      Optional<Row> row = player.play(task.works(), task.point());
      if (row.isPresent()) {
        return row.get();
      }
    }
    return Row.notReached(task.works(), task.point());
  }
}
