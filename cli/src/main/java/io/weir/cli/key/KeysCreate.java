package io.weir.cli.key;

import io.weir.cli.store.MongoAccess;
import io.weir.platform.access.ApiKey;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.Scope;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code weir keys create}. */
@Command(
    name = "create",
    description = {
      "Makes an API key. It is printed once, alone on the standard output, and stored nowhere:",
      "keep it at once. Whoever has it sends it as Authorization: Bearer KEY or as x-api-key: KEY."
    },
    mixinStandardHelpOptions = true)
final class KeysCreate implements Callable<Integer> {
  private static final Pattern AHEAD = Pattern.compile("(\\d{1,5})([mhd])");

  private final MongoAccess mongo;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--user",
      paramLabel = "USER",
      required = true,
      description = "Whom the key acts for; its requests see what is this user's.")
  private String user = "";

  @Option(
      names = "--scope",
      paramLabel = "SCOPE",
      required = true,
      split = ",",
      converter = OneScope.class,
      description = "What it may do; several by comma.")
  private List<Scope> scopes = new ArrayList<>();

  @Option(names = "--name", paramLabel = "TEXT", description = "What to call it in lists.")
  private String name = "";

  @Option(
      names = "--expires",
      paramLabel = "TIME",
      description =
          "From when on it is refused: 12h or 90d from now, or an instant such as"
              + " 2027-01-31T00:00:00Z [never].")
  private @Nullable String expires;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Most requests a minute [what the user's plan says].")
  private @Nullable Integer rate;

  @Option(
      names = "--budget-tokens",
      paramLabel = "N",
      description = "Most tokens of models a month, beside what its user may use [no limit].")
  private @Nullable Long budgetTokens;

  @Option(
      names = "--budget-usd",
      paramLabel = "DOLLARS",
      description = "Most that calls of models may cost a month, such as 12.50 [no limit].")
  private @Nullable BigDecimal budgetUsd;

  @Option(names = "--json", description = "As JSON, for programs; the key is in it.")
  private boolean json;

  private KeysCreate(MongoAccess mongo) {
    this.mongo = mongo;
  }

  /** The command, with the scopes there are in its help. */
  static CommandLine with(MongoAccess mongo) {
    var command = new CommandLine(new KeysCreate(mongo));
    var footer = new ArrayList<String>();
    footer.add("");
    footer.add("Scopes:");
    for (Scope scope : Scope.values()) {
      footer.add("  %-18s %s".formatted(scope.text(), scope.allows()));
    }
    footer.add("");
    footer.add("Examples:");
    footer.add("  weir keys create --user ada --scope chat,models");
    footer.add("  weir keys create --user ada --scope chat --budget-usd 5 --budget-tokens 1000000");
    footer.add("  KEY=$(weir keys create --user ci --name build --scope jobs:write --expires 90d)");
    command.getCommandSpec().usageMessage().footer(footer.toArray(String[]::new));
    return command;
  }

  @Override
  public Integer call() throws InterruptedException {
    Clock clock = Clock.systemUTC();
    NewKey wanted = wanted(clock.instant());
    ApiKeys.Made made =
        mongo.with(
            ApiKeys.INDEXES,
            opened -> new ApiKeys(opened, new SecureRandom(), clock).create(wanted));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(
          KeyJson.pretty(
              KeyJson.of(made.key(), clock.instant()).put("key", made.text().text().reveal())));
    } else {
      out.println(made.text().text().reveal());
      tell(made.key(), spec.commandLine().getErr());
    }
    out.flush();
    return 0;
  }

  private static void tell(ApiKey key, PrintWriter err) {
    err.println(
        "Key weir_%s of %s for %s; %s%s."
            .formatted(
                key.id(),
                key.userId(),
                String.join(", ", KeyJson.scopes(key)),
                key.expiresAt().map(end -> "expires at " + end).orElse("never expires"),
                key.budget().limits() ? "; a month: " + Budget.of(key.budget()) : ""));
    err.println("It is shown this once: keep it now. weir keys revoke takes it back.");
    err.flush();
  }

  private NewKey wanted(Instant now) {
    Optional<Instant> end = Optional.ofNullable(expires).map(text -> instant(text, now));
    if (end.isPresent() && !end.get().isAfter(now)) {
      throw new ParameterException(
          spec.commandLine(), "--expires is over already: %s".formatted(end.get()));
    }
    try {
      return new NewKey(
          user,
          name,
          scopes.isEmpty() ? EnumSet.noneOf(Scope.class) : EnumSet.copyOf(scopes),
          rate == null ? OptionalInt.empty() : OptionalInt.of(rate),
          end,
          Budget.read(budgetTokens, budgetUsd));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Instant instant(String text, Instant now) {
    Matcher ahead = AHEAD.matcher(text);
    try {
      if (!ahead.matches()) {
        return Instant.parse(text);
      }
      long count = Long.parseLong(ahead.group(1));
      return now.plus(
          switch (ahead.group(2)) {
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
          });
    } catch (DateTimeException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--expires is 12h or 90d from now, or an instant such as 2027-01-31T00:00:00Z, got '%s'"
              .formatted(text),
          e);
    }
  }

  /** A scope by its name. */
  static final class OneScope implements ITypeConverter<Scope> {
    @Override
    public Scope convert(String text) {
      return Scope.of(text.strip())
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "'%s' is no scope; there are %s"
                          .formatted(text, String.join(", ", Scope.texts()))));
    }
  }
}
