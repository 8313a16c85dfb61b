package io.weir.cli.key;

import io.weir.cli.store.MongoAccess;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir keys}: who may call the services. */
@Command(
    name = "keys",
    description = "API keys: who may call the services, for whom, and what for.",
    synopsisSubcommandLabel = "<command>",
    footer = {
      "",
      "Examples:",
      "  weir keys create --user ada --name laptop --scope jobs:read,jobs:write --expires 90d",
      "  weir keys list --user ada",
      "  weir keys revoke weir_4fVtQ0xYb2Lm",
      "",
      "Keys are in MongoDB. It is found by MONGODB_URI and the other MONGODB_* variables, else it is",
      "the one of ./weir up.",
      "Exit code 0 when all was done, 1 when not (it says what), 2 for wrong arguments."
    },
    mixinStandardHelpOptions = true)
public final class KeysCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  private KeysCommand() {}

  /**
   * The command with its own commands.
   *
   * @param width of the terminal; 0 when there is none
   */
  public static CommandLine with(MongoAccess mongo, int width) {
    return new CommandLine(new KeysCommand())
        .addSubcommand(KeysCreate.with(mongo))
        .addSubcommand(new KeysList(mongo, width))
        .addSubcommand(new KeysRevoke(mongo));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what: create, list or revoke.");
  }
}
