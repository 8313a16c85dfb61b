package io.weir.kills;

import io.weir.kills.work.Works;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Plays the kill points from the command line and writes their table. */
@Command(
    name = "./weir test --kills",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Kills each service before and after every step of accepting and doing its work, starts it"
          + " again, and counts effects, announcements, charges and paid answers; exit code 0 when"
          + " each was there once and nothing was left.",
      "Without SERVICE all are killed, everywhere, which takes about half an hour."
    })
public final class KillSuite implements Callable<Integer> {
  @Parameters(
      paramLabel = "SERVICE",
      arity = "0..*",
      description = "only this, such as review-worker")
  private List<String> services = List.of();

  @Option(names = "--work", paramLabel = "TEXT", description = "only work with this in its name")
  private String text = "";

  @Option(
      names = "--step",
      paramLabel = "TEXT",
      description = "only at steps with this in their name")
  private String step = "";

  @Option(
      names = "--sample",
      paramLabel = "N",
      description = "only at the most dangerous points of each kind of work, and N others")
  private int sample = -1;

  @Option(names = "--seed", paramLabel = "SEED", description = "decides which others; default: 1")
  private long seed = 1;

  @Option(
      names = "--twice",
      description = "kill again at the same step while the work is being recovered")
  private boolean twice;

  @Option(
      names = "--lanes",
      paramLabel = "K",
      description = "processes of each service at once; default: 1")
  private int lanes = 1;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "gets all that is written; default: a new one in the system's temporary folder")
  private @Nullable Path folder;

  @Option(names = "--table", paramLabel = "FILE", description = "gets the table as Markdown")
  private @Nullable Path table;

  private final PrintStream out;

  KillSuite(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new KillSuite(System.out)).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    long begun = System.nanoTime();
    Path here = folder == null ? Files.createTempDirectory("weir-kills-") : folder;
    out.println("everything is written to " + here);
    List<Works> works =
        Works.all().stream()
            .filter(each -> services.isEmpty() || services.contains(each.kind().module()))
            .filter(each -> each.name().contains(text))
            .toList();
    if (works.isEmpty()) {
      throw new CommandLine.ParameterException(
          new CommandLine(this),
          "no such work; there is "
              + String.join(
                  ", ",
                  Works.all().stream()
                      .map(each -> each.kind().module() + ": " + each.name())
                      .toList()));
    }
    Selection chosen = sample < 0 ? Selection.all() : Selection.dangerous(sample, seed);
    Selection selection =
        all -> chosen.of(all).stream().filter(point -> point.step().name().contains(step)).toList();
    Path root = Path.of(System.getProperty("weir.root", "")).toAbsolutePath();
    List<Row> rows = new Kills(root, here, twice, this::say).play(works, selection, lanes);
    String text = Table.of(rows);
    out.println();
    out.print(text);
    var unclean = new ArrayList<>(rows);
    boolean _ = unclean.removeIf(Row::isClean);
    say(
        "%d points, %d not as wanted, in %d s"
            .formatted(
                rows.size(),
                unclean.size(),
                Duration.ofNanos(System.nanoTime() - begun).toSeconds()));
    if (table != null) {
      Files.writeString(table, text);
    }
    return unclean.isEmpty() ? 0 : 1;
  }

  private void say(String what) {
    out.printf("%tT %s%n", ZonedDateTime.now(ZoneId.systemDefault()), what);
  }
}
