package io.weir.messaging.jetstream;

import io.weir.messaging.jetstream.RecoveryCourse.Recovery;
import io.weir.messaging.jetstream.RecoveryCourse.Step;
import io.weir.testsupport.TcpProxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * The outages that are too long for a test, all at once, each with a server of its own; prints what
 * they cost. Arguments: words of the faults that are wanted, or none for all.
 */
final class RecoveryMain {
  private RecoveryMain() {}

  /** Something that can go wrong, and how it is mended. */
  record Fault(String name, Step breaks, Step heals, List<Integer> seconds) {}

  static final List<Fault> FAULTS =
      List.of(
          new Fault(
              "server killed",
              c -> c.server.kill(),
              c -> c.server.restart(),
              List.of(1, 10, 20, 60)),
          new Fault(
              "line cut, refused",
              c -> {
                c.line.refuseNew();
                c.line.cutAll();
              },
              c -> c.line.restore(),
              List.of(1, 10, 20, 60)),
          dropped("to server dropped", TcpProxy::dropToServer, false),
          dropped("to server dropped, then cut", TcpProxy::dropToServer, true),
          dropped("to client dropped", TcpProxy::dropToClient, false),
          dropped("to client dropped, then cut", TcpProxy::dropToClient, true),
          dropped("all dropped", TcpProxy::dropAll, false),
          dropped("all dropped, then cut", TcpProxy::dropAll, true),
          new Fault(
              "server frozen",
              c -> c.server.suspend(),
              c -> c.server.resume(),
              List.of(1, 5, 15, 60)));

  private static Fault dropped(
      String name, java.util.function.Consumer<TcpProxy> drops, boolean cut) {
    return new Fault(
        name,
        c -> drops.accept(c.line),
        c -> {
          c.line.restore();
          if (cut) {
            c.line.cutAll();
          }
        },
        List.of(2, 5, 15, 40));
  }

  static Recovery measure(Path folder, Fault fault, int seconds) throws Exception {
    try (var course = new RecoveryCourse(folder)) {
      return course.run(fault.name, Duration.ofSeconds(seconds), fault.breaks, fault.heals);
    }
  }

  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("recovery");
    int atOnce = Integer.getInteger("recovery.at.once", 8);
    List<Callable<String>> runs = new ArrayList<>();
    for (Fault fault : FAULTS) {
      boolean wanted =
          args.length == 0
              || Stream.of(args).anyMatch(fault.name.toLowerCase(Locale.ROOT)::contains);
      for (int seconds : fault.seconds) {
        if (wanted) {
          Path own = folder.resolve(String.valueOf(runs.size()));
          runs.add(
              () -> {
                try {
                  return measure(own, fault, seconds).toString();
                } catch (Exception | AssertionError e) {
                  return "%-34s %3d s: %s".formatted(fault.name, seconds, e.getMessage());
                }
              });
        }
      }
    }
    try (var executor = Executors.newFixedThreadPool(atOnce)) {
      for (Future<String> each : executor.invokeAll(runs)) {
        System.out.println("RECOVERY " + each.get());
      }
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
