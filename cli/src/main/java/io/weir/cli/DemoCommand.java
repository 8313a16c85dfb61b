package io.weir.cli;

import io.weir.cli.demo.DemoRun;
import io.weir.cli.screen.Board;
import io.weir.localstack.LocalStack;
import io.weir.localstack.PartState;
import io.weir.localstack.RunningStack;
import io.weir.localstack.StackException;
import io.weir.localstack.StackService;
import io.weir.messaging.runtime.Secret;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir demo}: real input through every service. */
@Command(
    name = "demo",
    description = "Pushes real input through every service and shows what comes back.",
    footer = {
      "",
      "Uses the platform that ./weir up runs; without one it starts its own, on free ports and with its own data, and",
      "stops it in the end. Each \"ok\" in the last line is a check of content. Exit code 0 when all are ok, else 1.",
      "A platform that asks for keys is shown the one in WEIR_API_KEY; it must be of the user demo, or have any-user."
    },
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final int EXIT_INTERRUPTED = 130;

  private final Checkout checkout;

  @Option(
      names = "--keep",
      description = "Leave the documents in a platform that was running before, as sample data.")
  private boolean keep;

  DemoCommand(Checkout checkout) {
    this.checkout = checkout;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintStream out = System.out;
    Optional<RunningStack> running = LocalStack.running(checkout.home());
    DemoRun.Outcome outcome;
    if (running.isPresent()) {
      out.println("Using the platform that runs in " + checkout.home());
      outcome =
          new DemoRun(
                  urls(running.get()), checkout.host().get("WEIR_API_KEY").map(Secret::new), out)
              .run(keep);
    } else {
      outcome = onOwnPlatform(out);
    }
    out.println();
    out.println(outcome.line());
    return outcome.isOk() ? 0 : 1;
  }

  private static Map<StackService, URI> urls(RunningStack running) {
    Map<StackService, URI> urls = new EnumMap<>(StackService.class);
    for (StackService service : StackService.values()) {
      URI url =
          running
              .url(service)
              .orElseThrow(
                  () ->
                      new StackException(
                          "The platform that runs in %s has no %s. Stop it, or start it with all services: ./weir up"
                              .formatted(running.home(), service.module())));
      urls.put(service, url);
    }
    return urls;
  }

  private DemoRun.Outcome onOwnPlatform(PrintStream out) throws InterruptedException {
    Path folder = freshFolder();
    out.println("Starting the platform on free ports, its data in " + folder);
    AtomicBoolean started = new AtomicBoolean();
    Board board = Board.of(out, false);
    long start = System.nanoTime();
    Interrupts.install(board::say, EXIT_INTERRUPTED, board::states);
    DemoRun.Outcome outcome;
    try (LocalStack stack =
        LocalStack.start(
            // Where four services have just started, a linter may need longer than it should
            // elsewhere; and there are no keys in a platform that was not there before.
            checkout
                .stack(folder, Ports.FREE)
                .with("LINTER_TIMEOUT", "60s")
                .with("HTTP_AUTH", "off"),
            state -> {
              // Once it runs, only what goes wrong is worth a line between the results.
              if (!started.get() || state.status() == PartState.Status.RESTARTING) {
                board.show(state);
              }
            })) {
      started.set(true);
      out.println("ready after %.1f s".formatted((System.nanoTime() - start) / 1e9));
      Map<StackService, URI> urls = new EnumMap<>(StackService.class);
      for (StackService service : StackService.values()) {
        urls.put(service, stack.url(service));
      }
      outcome = new DemoRun(urls, Optional.empty(), out).run(true);
      out.println();
      out.println("Stopping the platform");
    }
    if (outcome.isOk()) {
      delete(folder);
    } else {
      out.println("The logs of its services stay in " + folder.resolve("logs"));
    }
    return outcome;
  }

  private Path freshFolder() {
    try {
      Path parent = Files.createDirectories(checkout.home().resolve("demo"));
      return Files.createTempDirectory(parent, "run-");
    } catch (IOException e) {
      throw new StackException(
          "Could not make a folder in %s: %s".formatted(checkout.home(), e.getMessage()), e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new StackException("Could not remove %s: %s".formatted(folder, e.getMessage()), e);
    }
  }
}
