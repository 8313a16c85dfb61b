package io.weir.cli.key;

import io.weir.cli.screen.Grid;
import io.weir.cli.screen.Words;
import io.weir.cli.store.MongoAccess;
import io.weir.platform.access.ApiKey;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.KeyNumbers;
import io.weir.platform.usage.Usage;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code weir keys list}. */
@Command(
    name = "list",
    description = "Lists API keys, the newest first; never their secrets, which nobody has.",
    footer = {
      "",
      "Examples:",
      "  weir keys list",
      "  weir keys list --user ada --all",
      "  weir keys list --limit 10000 --json"
    },
    mixinStandardHelpOptions = true)
final class KeysList implements Callable<Integer> {
  private final MongoAccess mongo;
  private final int width;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(names = "--user", paramLabel = "USER", description = "Keys of this user.")
  private @Nullable String user;

  @Option(names = "--all", description = "Revoked and expired ones too.")
  private boolean all;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most keys to show [${DEFAULT-VALUE}].",
      defaultValue = "50")
  private int limit = 50;

  @Option(names = "--json", description = "As JSON, for programs.")
  private boolean json;

  KeysList(MongoAccess mongo, int width) {
    this.mongo = mongo;
    this.width = width;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (limit < 1 || limit > 1_000_000) {
      throw new ParameterException(spec.commandLine(), "--limit is 1 to 1000000");
    }
    Clock clock = Clock.systemUTC();
    // One more than is shown tells whether there are more.
    List<Listed> found = mongo.with(ApiKeys.INDEXES, opened -> look(opened, clock));
    List<Listed> shown = found.subList(0, Math.min(limit, found.size()));
    PrintWriter out = spec.commandLine().getOut();
    Instant now = clock.instant();
    if (json) {
      var array = KeyJson.MAPPER.createArrayNode();
      shown.forEach(one -> array.add(KeyJson.of(one.key(), now, one.used())));
      out.println(KeyJson.pretty(array));
    } else if (shown.isEmpty()) {
      out.println(
          "No keys%s.%s"
              .formatted(
                  user == null ? "" : " of " + Grid.printable(user),
                  all ? "" : " --all shows revoked and expired ones too."));
    } else {
      table(shown, now, out);
      if (found.size() > limit) {
        out.println("%d shown, there are more; --limit shows them".formatted(limit));
      }
    }
    out.flush();
    return 0;
  }

  /** A key with what it has used of its budget this month. */
  private record Listed(ApiKey key, KeyNumbers used) {}

  private List<Listed> look(Mongo opened, Clock clock) throws InterruptedException {
    var usage = new Usage(opened, "cli", clock);
    var found = new ArrayList<Listed>();
    for (ApiKey key :
        new ApiKeys(opened, new SecureRandom(), clock)
            .list(Optional.ofNullable(user), all, limit + 1)) {
      found.add(
          new Listed(
              key,
              key.budget().limits()
                  ? usage.numbers(key.userId(), usage.month()).of(key.id())
                  : KeyNumbers.NONE));
    }
    return found;
  }

  private void table(List<Listed> keys, Instant now, PrintWriter out) {
    var grid = new Grid(width);
    grid.row(
        "KEY", "USER", "STATE", "ENDS", "A MINUTE", "CREATED", "USED", "BUDGET", "NAME", "SCOPES");
    for (Listed one : keys) {
      ApiKey key = one.key();
      grid.row(
          "weir_" + key.id(),
          key.userId(),
          KeyJson.state(key, now),
          key.revokedAt().or(key::expiresAt).map(at -> ends(at, now)).orElse("never"),
          key.perMinute().isPresent() ? key.perMinute().getAsInt() : "plan",
          ago(key.createdAt(), now),
          key.lastUsedAt().map(at -> ago(at, now)).orElse("never"),
          Budget.used(key.budget(), one.used()),
          key.name().isEmpty() ? "-" : key.name(),
          String.join(",", KeyJson.scopes(key)));
    }
    grid.print(out);
  }

  private static String ends(Instant at, Instant now) {
    return at.isAfter(now) ? "in " + Words.age(Duration.between(now, at)) : ago(at, now);
  }

  private static String ago(Instant at, Instant now) {
    return Words.age(Duration.between(at, now)) + " ago";
  }
}
