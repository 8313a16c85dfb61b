package io.weir.messaging.jetstream.security;

import io.nats.client.Nats;
import io.nats.client.Options;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.runtime.SettingsReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;

/** How a service proves to NATS who it is. One way at most; none of them shows a secret. */
public sealed interface NatsCredentials {
  /** Nothing beside what the server's address or a client certificate says. */
  record None() implements NatsCredentials {}

  /** A name and its password. */
  record UserPassword(String user, Secret password) implements NatsCredentials {}

  /** A token that all share. */
  record Token(Secret token) implements NatsCredentials {}

  /** An nkey; the server knows its public half. */
  record Nkey(Path seedFile) implements NatsCredentials {}

  /** A user's JWT and the seed that goes with it, in one file. */
  record Creds(Path file) implements NatsCredentials {}

  /**
   * Reads {@code NATS_USER} and {@code NATS_PASSWORD}, {@code NATS_TOKEN}, {@code
   * NATS_NKEY_SEED_FILE} or {@code NATS_CREDS_FILE}; more than one of them, or a file that is of no
   * use, is a problem of the settings.
   *
   * @param urlHasCredentials whether {@code NATS_URL} carries a user or token too
   */
  static NatsCredentials read(SettingsReader settings, boolean urlHasCredentials) {
    Optional<String> user = settings.optionalText("NATS_USER", "NATS user name");
    Optional<Secret> password = settings.secret("NATS_PASSWORD", "NATS password");
    Optional<Secret> token = settings.secret("NATS_TOKEN", "NATS token");
    Optional<String> seed =
        settings.optionalText("NATS_NKEY_SEED_FILE", "file with the seed of a NATS user nkey");
    Optional<String> creds =
        settings.optionalText("NATS_CREDS_FILE", "NATS credentials file (JWT and seed)");

    if (user.isPresent() && password.isEmpty()) {
      settings.problem("NATS_PASSWORD", "", "the password of NATS_USER");
    }
    if (user.isEmpty() && password.isPresent()) {
      settings.problem("NATS_USER", "", "the user of NATS_PASSWORD");
    }
    seed.flatMap(path -> NkeyFiles.seedProblem(Path.of(path)))
        .ifPresent(wants -> settings.problem("NATS_NKEY_SEED_FILE", seed.orElse(""), wants));
    creds
        .flatMap(path -> NkeyFiles.credsProblem(Path.of(path)))
        .ifPresent(wants -> settings.problem("NATS_CREDS_FILE", creds.orElse(""), wants));

    var ways = new ArrayList<String>();
    if (urlHasCredentials) {
      ways.add("NATS_URL");
    }
    user.ifPresent(_ -> ways.add("NATS_USER"));
    token.ifPresent(_ -> ways.add("NATS_TOKEN"));
    seed.ifPresent(_ -> ways.add("NATS_NKEY_SEED_FILE"));
    creds.ifPresent(_ -> ways.add("NATS_CREDS_FILE"));
    if (ways.size() > 1) {
      settings.problem(
          ways.getLast(),
          "credentials in " + String.join(" and ", ways),
          "one way to log in to NATS");
    }
    if (user.isPresent() && password.isPresent()) {
      return new UserPassword(user.get(), password.get());
    }
    return token
        .<NatsCredentials>map(Token::new)
        .or(() -> seed.map(path -> new Nkey(Path.of(path))))
        .or(() -> creds.map(path -> new Creds(Path.of(path))))
        .orElseGet(None::new);
  }

  /** Gives the client what it needs. Files are read anew at each connection. */
  default void applyTo(Options.Builder options) {
    switch (this) {
      case None() -> {}
      case UserPassword(String user, Secret password) ->
          options.userInfo(user.toCharArray(), password.reveal().toCharArray());
      case Token(Secret token) -> options.token(token.reveal().toCharArray());
      case Nkey(Path seedFile) -> options.authHandler(new NkeyLogin(seedFile));
      case Creds(Path file) -> options.authHandler(Nats.credentials(file.toString()));
    }
  }

  /** The settings to look at when the server refuses these. */
  default String toCheck() {
    return switch (this) {
      case None() ->
          "none are set: NATS_USER and NATS_PASSWORD, NATS_TOKEN, NATS_NKEY_SEED_FILE or NATS_CREDS_FILE";
      case UserPassword _ -> "check NATS_USER and NATS_PASSWORD";
      case Token _ -> "check NATS_TOKEN";
      case Nkey _ -> "check that the server knows the key of NATS_NKEY_SEED_FILE";
      case Creds _ ->
          "check that the JWT of NATS_CREDS_FILE is valid on this server and not expired";
    };
  }
}
