package io.weir.cli.usage;

import io.weir.cli.screen.Grid;
import io.weir.cli.store.MongoAccess;
import io.weir.localstack.HostEnvironment;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.Audit;
import io.weir.platform.usage.Audit.Account;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.UsageNumbers;
import io.weir.platform.usage.UsageSettings;
import io.weir.platform.usage.Users;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir usage}. */
@Command(
    name = "usage",
    description = "What users have used of what they may in a month, and whether it adds up.",
    footer = {
      "",
      "Examples:",
      "  weir usage",
      "  weir usage --user ada --month 2026-08",
      "  weir usage --check",
      "",
      "MongoDB is found by MONGODB_URI and the other MONGODB_* variables, else it is the one of",
      "./weir up. Users whom nobody gave a plan have the one of API_KEY_PLAN where HTTP_AUTH is"
          + " on,",
      "else none: set both here as the services have them.",
      "Exit code 0 when all is well, 1 when --check found a difference or it failed, 2 for wrong",
      "arguments."
    },
    mixinStandardHelpOptions = true)
public final class UsageCommand implements Callable<Integer> {
  private final HostEnvironment host;
  private final MongoAccess mongo;
  private final int width;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--user", paramLabel = "USER", description = "This user only.")
  private @Nullable String user;

  @Option(
      names = "--month",
      paramLabel = "YYYY-MM",
      description = "Another month than the current one, in UTC.")
  private @Nullable String month;

  @Option(
      names = "--check",
      description = "Compare the counters with the ledger's rows; exit code 1 when they differ.")
  private boolean check;

  @Option(names = "--json", description = "As JSON, for programs.")
  private boolean json;

  /**
   * The command.
   *
   * @param width of the terminal; 0 when there is none
   */
  public UsageCommand(HostEnvironment host, MongoAccess mongo, int width) {
    this.host = host;
    this.mongo = mongo;
    this.width = width;
  }

  @Override
  public Integer call() throws InterruptedException {
    YearMonth wanted = wanted();
    Plan otherwise = UsageSettings.read(SettingsReader.of(host.variables())).plan();
    List<UserUsage> found = mongo.with(List.of(), opened -> look(opened, wanted, otherwise));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(UsageJson.of(wanted, found).toPrettyString());
    } else if (found.isEmpty()) {
      out.println("Nobody has used anything in %s.".formatted(wanted));
    } else {
      table(found, out);
    }
    long differing = found.stream().filter(one -> !one.account().differences().isEmpty()).count();
    if (check && !json && !found.isEmpty()) {
      verdict(found, differing, out);
    }
    out.flush();
    return check && differing > 0 ? 1 : 0;
  }

  private List<UserUsage> look(Mongo opened, YearMonth wanted, Plan otherwise)
      throws InterruptedException {
    var audit = new Audit(opened);
    var users = new Users(opened, otherwise);
    var keys = new ApiKeys(opened, new SecureRandom(), Clock.systemUTC());
    var found = new ArrayList<UserUsage>();
    for (Account account : user == null ? audit.of(wanted) : List.of(audit.of(user, wanted))) {
      found.add(
          new UserUsage(
              users.of(account.counters().user()), account, keys(keys, account.counters())));
    }
    return found;
  }

  private static List<KeyUsage> keys(ApiKeys keys, UsageNumbers counters)
      throws InterruptedException {
    var found = new ArrayList<KeyUsage>();
    for (String id : new TreeSet<>(counters.keys().keySet())) {
      KeyBudget budget = keys.find(id).map(one -> one.key().budget()).orElse(KeyBudget.NONE);
      found.add(new KeyUsage(id, budget, counters.of(id)));
    }
    return found;
  }

  private YearMonth wanted() {
    if (month == null) {
      return YearMonth.now(Clock.systemUTC());
    }
    try {
      return YearMonth.parse(month);
    } catch (DateTimeParseException e) {
      throw new ParameterException(
          spec.commandLine(), "--month is a year and a month such as 2026-08", e);
    }
  }

  private void table(List<UserUsage> found, PrintWriter out) {
    var grid = new Grid(width);
    grid.row(
        "USER",
        "PLAN",
        "TOKENS",
        "USED",
        "RESERVED",
        "LEFT",
        "REQUESTS",
        "USED",
        "LEFT",
        "OPEN",
        "COST USD");
    for (UserUsage one : found) {
      var counters = one.account().counters();
      grid.row(
          counters.user(),
          one.user().plan().key(),
          limit(one.user().quota().tokens()),
          counters.tokensUsed(),
          counters.tokensReserved(),
          one.tokensLeft().map(String::valueOf).orElse("-"),
          limit(one.user().quota().requests()),
          counters.requestsUsed(),
          one.requestsLeft().map(String::valueOf).orElse("-"),
          counters.open(),
          UsageJson.dollars(counters.costMicros()).toPlainString());
    }
    grid.print(out);
    if (found.stream().anyMatch(one -> !one.keys().isEmpty())) {
      keys(found, out);
    }
  }

  private void keys(List<UserUsage> found, PrintWriter out) {
    out.println();
    var grid = new Grid(width);
    grid.row("KEY", "USER", "TOKENS", "USED", "RESERVED", "USD", "USED", "RESERVED");
    for (UserUsage one : found) {
      for (KeyUsage key : one.keys()) {
        KeyNumbers used = key.used();
        grid.row(
            "weir_" + key.id(),
            one.account().counters().user(),
            limit(key.budget().tokens()),
            used.tokensUsed(),
            used.tokensReserved(),
            key.budget().limitsCost()
                ? UsageJson.dollars(key.budget().micros()).toPlainString()
                : "-",
            UsageJson.dollars(used.costMicros()).toPlainString(),
            UsageJson.dollars(used.costReserved()).toPlainString());
      }
    }
    grid.print(out);
  }

  private static String limit(long most) {
    return UserUsage.isEndless(most) ? "-" : String.valueOf(most);
  }

  private static void verdict(List<UserUsage> found, long differing, PrintWriter out) {
    for (UserUsage one : found) {
      for (String difference : one.account().differences()) {
        out.println(Grid.printable(one.account().counters().user()) + ": " + difference);
      }
    }
    long rows = found.stream().mapToLong(one -> one.account().ledger().rows()).sum();
    out.println(
        differing == 0
            ? "The counters of %d users agree with %d rows of the ledger."
                .formatted(found.size(), rows)
            : "The counters of %d users do not agree with the ledger.".formatted(differing));
  }
}
