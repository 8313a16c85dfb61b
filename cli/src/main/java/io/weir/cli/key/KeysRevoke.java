package io.weir.cli.key;

import io.weir.cli.screen.Grid;
import io.weir.cli.store.MongoAccess;
import io.weir.platform.access.ApiKey;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.KeyText;
import io.weir.platform.access.RevokeResult;
import java.io.PrintWriter;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code weir keys revoke}. */
@Command(
    name = "revoke",
    description = {
      "Takes API keys back for good. Services that have just seen one refuse it within seconds",
      "(API_KEY_CACHE). The key stays in lists with --all."
    },
    footer = {
      "",
      "Examples:",
      "  weir keys revoke weir_4fVtQ0xYb2Lm",
      "  weir keys revoke 4fVtQ0xYb2Lm 9sKqP3wZr8Tn"
    },
    mixinStandardHelpOptions = true)
final class KeysRevoke implements Callable<Integer> {
  private final MongoAccess mongo;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "1..*",
      paramLabel = "KEY",
      description = "Ids as weir keys list shows them, or whole keys that got lost.")
  private List<String> keys = new ArrayList<>();

  KeysRevoke(MongoAccess mongo) {
    this.mongo = mongo;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> ids = ids();
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    boolean all =
        mongo.with(
            ApiKeys.INDEXES,
            opened -> {
              var store = new ApiKeys(opened, new SecureRandom(), Clock.systemUTC());
              boolean found = true;
              for (String id : ids) {
                RevokeResult result = store.revoke(id);
                boolean there = !(result instanceof RevokeResult.Missing);
                (there ? out : err).println(line(id, result));
                found &= there;
              }
              return found;
            });
    out.flush();
    err.flush();
    return all ? 0 : 1;
  }

  // All before any is revoked. What is wrong is not repeated: it may be most of a secret.
  private List<String> ids() {
    var ids = new ArrayList<String>();
    for (String key : keys) {
      Optional<String> id = KeyText.idIn(key.strip());
      ids.add(
          id.orElseThrow(
              () ->
                  new ParameterException(
                      spec.commandLine(),
                      ("Argument %d names no key: an id has 12 letters and digits, as weir"
                              + " keys list shows it.")
                          .formatted(ids.size() + 1))));
    }
    return ids;
  }

  private static String line(String id, RevokeResult result) {
    return switch (result) {
      case RevokeResult.Revoked(var key) -> "key weir_%s%s is revoked".formatted(id, whose(key));
      case RevokeResult.RevokedBefore(var key) ->
          "key weir_%s%s was revoked before, at %s"
              .formatted(id, whose(key), key.revokedAt().map(String::valueOf).orElse("?"));
      case RevokeResult.Missing() -> "key weir_%s: there is none".formatted(id);
    };
  }

  private static String whose(ApiKey key) {
    String name = key.name().isEmpty() ? "" : " (" + key.name() + ")";
    return Grid.printable(" of " + key.userId() + name);
  }
}
