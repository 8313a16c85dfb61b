package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.NKey;
import io.nats.client.support.JwtUtils;
import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.messaging.MessagingException;
import io.weir.messaging.runtime.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Every way to log in, right and wrong, against a real server that insists on it. */
@Timeout(60)
final class CredentialsIT {
  private static final String SECRET = "hunter2-and-more";

  @TempDir Path folder;

  private NatsServer server(String config) throws InterruptedException {
    return NatsServer.start(NatsServerOptions.in(folder.resolve("nats")).withExtraConfig(config));
  }

  private static Messaging messaging(NatsServer server, Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put("NATS_URL", server.url());
    all.put("NATS_CONNECT_TIMEOUT", "1s"); // as long as the client takes to see a refusal
    SettingsReader reader = SettingsReader.of(all);
    var read = BrokerSettings.read(reader);
    reader.check();
    return new Messaging("test", read, new SimpleMeterRegistry(), Clock.systemUTC());
  }

  /** Puts streams in place, so JetStream is allowed too. */
  private static void worksWith(NatsServer server, Map<String, String> settings)
      throws InterruptedException {
    Messaging messaging = messaging(server, settings);
    messaging.start();
    messaging.close();
  }

  private static void isRefused(NatsServer server, Map<String, String> settings, String toCheck) {
    Messaging messaging = messaging(server, settings);
    var refused = assertThrows(MessagingException.class, messaging::start);
    String said = String.valueOf(refused.getMessage());
    assertTrue(said.contains("refused the credentials") && said.contains(toCheck), said);
    assertFalse(said.contains(SECRET), "a secret is told");
    messaging.close();
  }

  @Test
  void userAndPassword() throws Exception {
    try (NatsServer server =
        server("authorization { user: me, password: \"%s\" }".formatted(SECRET))) {
      worksWith(server, Map.of("NATS_USER", "me", "NATS_PASSWORD", SECRET));
      isRefused(
          server,
          Map.of("NATS_USER", "me", "NATS_PASSWORD", SECRET + "x"),
          "NATS_USER and NATS_PASSWORD");
      isRefused(server, Map.of(), "none are set");
    }
  }

  @Test
  void aToken() throws Exception {
    try (NatsServer server = server("authorization { token: \"%s\" }".formatted(SECRET))) {
      worksWith(server, Map.of("NATS_TOKEN", SECRET));
      isRefused(server, Map.of("NATS_TOKEN", SECRET + "x"), "NATS_TOKEN");
    }
  }

  @Test
  void anNkey() throws Exception {
    NKey known = NKey.createUser(new SecureRandom());
    NKey unknown = NKey.createUser(new SecureRandom());
    try (NatsServer server =
        server(
            "authorization { users: [ { nkey: %s } ] }"
                .formatted(new String(known.getPublicKey())))) {
      worksWith(server, Map.of("NATS_NKEY_SEED_FILE", seedFile("known", known)));
      isRefused(
          server,
          Map.of("NATS_NKEY_SEED_FILE", seedFile("unknown", unknown)),
          "NATS_NKEY_SEED_FILE");
    }
  }

  private String seedFile(String name, NKey key) throws Exception {
    return Files.writeString(folder.resolve(name), new String(key.getSeed()) + "\n").toString();
  }

  @Test
  void aCredentialsFile() throws Exception {
    var random = new SecureRandom();
    NKey operator = NKey.createOperator(random);
    NKey system = NKey.createAccount(random);
    NKey account = NKey.createAccount(random);
    String config =
        """
        operator: %s
        system_account: %s
        resolver: MEMORY
        resolver_preload: { %s: %s, %s: %s }
        """
            .formatted(
                claims(operator, operator, "{\"type\":\"operator\",\"version\":2}"),
                new String(system.getPublicKey()),
                new String(system.getPublicKey()),
                claims(operator, system, account("0")),
                new String(account.getPublicKey()),
                claims(operator, account, account("-1")));
    try (NatsServer server = server(config)) {
      worksWith(server, Map.of("NATS_CREDS_FILE", credsFile("good", account, null)));
      isRefused(
          server,
          Map.of("NATS_CREDS_FILE", credsFile("expired", account, Duration.ofMinutes(1))),
          "NATS_CREDS_FILE");
      isRefused(
          server,
          Map.of("NATS_CREDS_FILE", credsFile("foreign", NKey.createAccount(random), null)),
          "NATS_CREDS_FILE");
    }
  }

  private static String claims(NKey signer, NKey subject, String nats) throws Exception {
    return JwtUtils.issueJWT(
        signer,
        new String(subject.getPublicKey()),
        "test",
        null,
        JwtUtils.currentTimeSeconds(),
        new String(signer.getPublicKey()),
        () -> nats);
  }

  private static String account(String jetStream) {
    return """
        {"type":"account","version":2,"limits":{"subs":-1,"data":-1,"payload":-1,"imports":-1,"exports":-1,
        "wildcards":true,"conn":-1,"leaf":-1,"mem_storage":%s,"disk_storage":%s,"streams":%s,"consumer":%s}}"""
        .formatted(jetStream, jetStream, jetStream, jetStream)
        .replace("\n", "");
  }

  /** Made an hour ago, good for {@code lifetime} from then; null is for ever. */
  private String credsFile(String name, NKey account, @Nullable Duration lifetime)
      throws Exception {
    NKey user = NKey.createUser(new SecureRandom());
    String jwt =
        JwtUtils.issueUserJWT(
            account,
            new String(account.getPublicKey()),
            new String(user.getPublicKey()),
            name,
            lifetime,
            null,
            JwtUtils.currentTimeSeconds() - 3600);
    return Files.writeString(
            folder.resolve(name + ".creds"),
            JwtUtils.NATS_USER_JWT_FORMAT.formatted(jwt, new String(user.getSeed())))
        .toString();
  }
}
