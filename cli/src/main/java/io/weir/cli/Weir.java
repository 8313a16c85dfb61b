package io.weir.cli;

import io.weir.cli.ask.AskCommand;
import io.weir.cli.broker.NatsAccess;
import io.weir.cli.deadletter.DlqCommand;
import io.weir.cli.key.KeysCommand;
import io.weir.cli.remote.CallException;
import io.weir.cli.status.StatusCommand;
import io.weir.cli.store.MongoAccess;
import io.weir.cli.usage.UsageCommand;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.StackException;
import io.weir.messaging.MessagingException;
import io.weir.messaging.runtime.InvalidSettingsException;
import io.weir.platform.mongo.MongoRefusedException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The commands that need the platform's code. The {@code weir} script in the root of the checkout
 * finds the JDK, builds what is stale, and calls this. Exit codes: 0 done, 1 it failed and said
 * why, 2 wrong arguments.
 */
@Command(
    name = "weir",
    description = "Durable AI work on NATS JetStream.",
    synopsisSubcommandLabel = "<command>",
    mixinStandardHelpOptions = true)
public final class Weir {

  private Weir() {}

  public static void main(String[] arguments) {
    System.exit(commandLine(HostEnvironment.current()).execute(arguments));
  }

  static CommandLine commandLine(HostEnvironment host) {
    Checkout checkout = Checkout.of(host);
    var nats = new NatsAccess(host, checkout.home());
    var weir = new CommandLine(new Weir());
    var mongo = new MongoAccess(host, checkout.home(), line -> weir.getErr().println(line));
    int width = checkout.terminalWidth();
    return weir.addSubcommand(new UpCommand(checkout))
        .addSubcommand(new DemoCommand(checkout))
        .addSubcommand(new AskCommand(host, checkout.home()))
        .addSubcommand(new StatusCommand(checkout.home(), nats, width))
        .addSubcommand(DlqCommand.with(host, nats, width))
        .addSubcommand(KeysCommand.with(mongo, width))
        .addSubcommand(new UsageCommand(host, mongo, width))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Weir::explain);
  }

  // What these say is complete by itself; anything else is a defect, and its trace is what helps.
  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof StackException
        || e instanceof CallException
        || e instanceof MessagingException
        || e instanceof MongoRefusedException
        || e instanceof InvalidSettingsException) {
      command.getErr().println("weir: " + e.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw e;
  }
}
