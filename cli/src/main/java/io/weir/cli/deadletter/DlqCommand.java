package io.weir.cli.deadletter;

import io.weir.cli.broker.NatsAccess;
import io.weir.localstack.HostEnvironment;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir dlq}: the messages that no retry could help. */
@Command(
    name = "dlq",
    description = "Dead letters: messages that no retry could help, kept whole with the reason.",
    synopsisSubcommandLabel = "<command>",
    footer = {
      "",
      "Examples:",
      "  weir dlq list --summary",
      "  weir dlq list --stream REVIEW_JOBS --since 2h",
      "  weir dlq show 42",
      "  weir dlq edit 42",
      "  weir dlq replay 42 43",
      "  weir dlq replay --class exhausted --all --rate 10",
      "  weir dlq replay --resume",
      "",
      "NATS is found by NATS_URL and the other NATS_* variables, else it is the one of ./weir up.",
      "Exit code 0 when all was done, 1 when not (it says what), 2 for wrong arguments."
    },
    mixinStandardHelpOptions = true)
public final class DlqCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  private DlqCommand() {}

  /**
   * The command with its own commands.
   *
   * @param host names the person's editor
   * @param width of the terminal; 0 when there is none
   */
  public static CommandLine with(HostEnvironment host, NatsAccess nats, int width) {
    return new CommandLine(new DlqCommand())
        .addSubcommand(new DlqList(nats, width))
        .addSubcommand(new DlqShow(nats))
        .addSubcommand(new DlqEdit(nats, new TextEditor(host)))
        .addSubcommand(new DlqReplay(nats))
        .addSubcommand(new DlqDiscard(nats))
        .addSubcommand(new DlqAudit(nats, width));
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what: list, show, edit, replay, discard or audit.");
  }
}
