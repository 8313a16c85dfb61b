package io.weir.cli;

import io.weir.cli.screen.Board;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code weir up}: the platform in the foreground. */
@Command(
    name = "up",
    description =
        "Starts the whole platform here, in the foreground: NATS, MongoDB, and one process a service.",
    footer = {
      "",
      "Ctrl-C lets the work in hand finish and stops everything; a second Ctrl-C kills. Data, logs and tools are in",
      "WEIR_HOME [<checkout>/.weir]. With NATS_URL or MONGODB_URI set, those servers are used instead of own ones; with",
      "OPENAI_API_KEY set, that model is used."
    },
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

  private final Checkout checkout;
  private final CountDownLatch never = new CountDownLatch(1);

  @Option(
      names = "--ports",
      description = "Where to listen: ${COMPLETION-CANDIDATES} [${DEFAULT-VALUE}].",
      defaultValue = "${env:WEIR_PORTS:-default}")
  private Ports ports = Ports.DEFAULT;

  UpCommand(Checkout checkout) {
    this.checkout = checkout;
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintStream out = System.out;
    Board board = Board.on(out, System.console());
    long start = System.nanoTime();
    Interrupts interrupts = Interrupts.install(board::say, 0, board::states);
    try {
      LocalStack stack = LocalStack.start(checkout.stack(checkout.home(), ports), board::show);
      stack.notes().forEach(board::say);
      board.say(
          "ready after %.1f s; logs in %s"
              .formatted((System.nanoTime() - start) / 1e9, checkout.home().resolve("logs")));
      board.say("Ctrl-C stops it; in another terminal: ./weir demo, ./weir status");
      while (!never.await(LOOK_EVERY.toSeconds(), TimeUnit.SECONDS)) {
        // Deaths and restarts are told; that a running part became unready has to be asked.
        stack.states().forEach(board::show);
      }
    } catch (StackException e) {
      if (!interrupts.happened()) {
        throw e;
      }
      // It was broken off while it started: no failure, and the exit is under way.
      never.await();
    }
    return 0;
  }
}
