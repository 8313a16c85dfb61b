package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.nats.client.NKey;
import io.weir.messaging.jetstream.security.NatsCredentials;
import io.weir.messaging.runtime.InvalidSettingsException;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.testsupport.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BrokerSettingsTest {
  @TempDir static Path folder;
  private static TestCertificates authority;
  private static TestCertificates.Pair own;
  private static TestCertificates.Pair other;
  private static String seed;

  @BeforeAll
  static void files() throws Exception {
    authority = new TestCertificates(folder, "ours");
    own = authority.forThisHost("own");
    other = authority.forThisHost("other");
    seed = new String(NKey.createUser(new SecureRandom()).getSeed());
  }

  private static BrokerSettings read(Map<String, String> environment) {
    SettingsReader reader = SettingsReader.of(environment);
    var settings = BrokerSettings.read(reader);
    reader.check();
    return settings;
  }

  private static List<String> problems(Map<String, String> environment) {
    return assertThrows(InvalidSettingsException.class, () -> read(environment)).problems();
  }

  /** One problem, that of {@code variable}, which says all of {@code parts}. */
  private static void isRefused(Map<String, String> environment, String variable, String... parts) {
    List<String> problems = problems(environment);
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().startsWith(variable + ":"), problems::toString);
    for (String part : parts) {
      assertTrue(problems.getFirst().contains(part), problems::toString);
    }
  }

  private static String file(String name, String content) throws Exception {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  private static Map<String, String> pair(Path certificate, Object key) {
    return Map.of(
        "NATS_TLS_CERT_FILE", certificate.toString(), "NATS_TLS_KEY_FILE", String.valueOf(key));
  }

  @Test
  void theDefaults() {
    BrokerSettings settings = read(Map.of());
    assertEquals(BrokerSettings.local("nats://localhost:4222"), settings);
    assertEquals(30, settings.roundTrips().interval().toSeconds());
    assertEquals(3, settings.roundTrips().failures());
  }

  @Test
  void tlsIsAskedForByTheAddressOrByAFile() {
    assertTrue(read(Map.of("NATS_URL", "tls://nats:4222")).tls().isPresent());
    assertTrue(
        read(Map.of("NATS_TLS_CA_FILE", authority.authority().toString())).tls().isPresent());
    assertTrue(read(pair(own.certificate(), own.key())).tls().orElseThrow().verify());
    assertTrue(read(Map.of("NATS_TLS_VERIFY", "false")).tls().isEmpty());
  }

  @Test
  void anAddressThatTrustsAnyServerIsRefused() {
    isRefused(Map.of("NATS_URL", "opentls://nats:4222"), "NATS_URL", "tls://");
  }

  @Test
  void eachWayToLogIn() throws Exception {
    assertInstanceOf(NatsCredentials.None.class, read(Map.of()).credentials());
    assertInstanceOf(
        NatsCredentials.UserPassword.class,
        read(Map.of("NATS_USER", "me", "NATS_PASSWORD", "x")).credentials());
    assertInstanceOf(NatsCredentials.Token.class, read(Map.of("NATS_TOKEN", "x")).credentials());
    assertInstanceOf(
        NatsCredentials.Nkey.class,
        read(Map.of("NATS_NKEY_SEED_FILE", file("seed", seed + "\n"))).credentials());
    assertInstanceOf(
        NatsCredentials.Token.class,
        read(Map.of("NATS_TOKEN_FILE", file("token", "t\n"))).credentials());
  }

  @Test
  void twoWaysAtOnceAreRefusedWithoutTellingThem() throws Exception {
    isRefused(
        Map.of("NATS_USER", "me", "NATS_PASSWORD", "hunter2", "NATS_TOKEN", "t0ken"),
        "NATS_TOKEN",
        "NATS_USER and NATS_TOKEN",
        "one way");
    isRefused(
        Map.of("NATS_URL", "nats://me:hunter2@nats:4222", "NATS_TOKEN", "t0ken"),
        "NATS_TOKEN",
        "NATS_URL");
    String all =
        problems(
                Map.of(
                    "NATS_URL",
                    "nats://me:hunter2@nats:4222",
                    "NATS_TOKEN",
                    "t0ken",
                    "NATS_NKEY_SEED_FILE",
                    file("whole", seed)))
            .toString();
    assertFalse(all.contains("hunter2") || all.contains("t0ken") || all.contains(seed), all);
  }

  @Test
  void aUserAndAPasswordComeTogether() {
    isRefused(Map.of("NATS_USER", "me"), "NATS_PASSWORD", "NATS_USER");
    isRefused(Map.of("NATS_PASSWORD", "hunter2"), "NATS_USER", "NATS_PASSWORD");
  }

  @Test
  void aSeedFileMustHoldAUsersSeed() throws Exception {
    isRefused(Map.of("NATS_NKEY_SEED_FILE", "/no/such/file"), "NATS_NKEY_SEED_FILE", "readable");
    isRefused(Map.of("NATS_NKEY_SEED_FILE", folder.toString()), "NATS_NKEY_SEED_FILE", "readable");
    // Not the last character: it carries bits that nobody reads.
    char middle = seed.charAt(30);
    String damaged = seed.substring(0, 30) + (middle == 'A' ? 'B' : 'A') + seed.substring(31);
    String path = file("damaged", damaged);
    isRefused(Map.of("NATS_NKEY_SEED_FILE", path), "NATS_NKEY_SEED_FILE", "user nkey");
    assertFalse(problems(Map.of("NATS_NKEY_SEED_FILE", path)).toString().contains(damaged));
    String account = new String(NKey.createAccount(new SecureRandom()).getSeed());
    isRefused(
        Map.of("NATS_NKEY_SEED_FILE", file("account", account)), "NATS_NKEY_SEED_FILE", "user");
  }

  @Test
  void aCredentialsFileMustHoldAJwtAndASeed() throws Exception {
    isRefused(Map.of("NATS_CREDS_FILE", "/no/such/file"), "NATS_CREDS_FILE", "readable");
    isRefused(
        Map.of("NATS_CREDS_FILE", file("only-seed", seed)), "NATS_CREDS_FILE", "JWT is missing");
    isRefused(
        Map.of("NATS_CREDS_FILE", file("only-jwt", "eyJh.eyJi.c-_2\n")), "NATS_CREDS_FILE", "seed");
  }

  @Test
  void aFileOfAuthoritiesMustHoldCertificates() throws Exception {
    isRefused(Map.of("NATS_TLS_CA_FILE", "/no/such/file"), "NATS_TLS_CA_FILE", "readable");
    isRefused(Map.of("NATS_TLS_CA_FILE", folder.toString()), "NATS_TLS_CA_FILE", "readable");
    for (String content : List.of("", "hello", "-----BEGIN CERTIFICATE-----\nhello\n")) {
      isRefused(
          Map.of("NATS_TLS_CA_FILE", file("no-pem", content)),
          "NATS_TLS_CA_FILE",
          "BEGIN CERTIFICATE");
    }
    isRefused(
        Map.of("NATS_TLS_CA_FILE", own.key().toString()), "NATS_TLS_CA_FILE", "BEGIN CERTIFICATE");
  }

  @Test
  void aCertificateAndItsKeyComeTogetherAndFit() {
    isRefused(
        Map.of("NATS_TLS_CERT_FILE", own.certificate().toString()),
        "NATS_TLS_KEY_FILE",
        "NATS_TLS_CERT_FILE");
    isRefused(
        Map.of("NATS_TLS_KEY_FILE", own.key().toString()),
        "NATS_TLS_CERT_FILE",
        "NATS_TLS_KEY_FILE");
    isRefused(pair(own.certificate(), other.key()), "NATS_TLS_KEY_FILE", "NATS_TLS_CERT_FILE");
  }

  @Test
  void aKeyOfAnotherFormIsRefusedWithWhatToRun() throws Exception {
    String old = "-----BEGIN RSA PRIVATE KEY-----\nTWFu\n-----END RSA PRIVATE KEY-----\n";
    isRefused(
        pair(own.certificate(), file("old-key", old)),
        "NATS_TLS_KEY_FILE",
        "kind RSA",
        "openssl pkcs8 -topk8 -nocrypt");
    isRefused(
        pair(own.certificate(), file("locked-key", old.replace("RSA", "ENCRYPTED"))),
        "NATS_TLS_KEY_FILE",
        "without a passphrase");
    isRefused(
        pair(own.certificate(), file("broken-key", old.replace("RSA ", ""))),
        "NATS_TLS_KEY_FILE",
        "intact");
    isRefused(pair(own.certificate(), own.certificate()), "NATS_TLS_KEY_FILE", "BEGIN PRIVATE KEY");
  }

  @Test
  void allProblemsAreToldTogether() {
    assertEquals(
        3,
        problems(
                Map.of(
                    "NATS_TLS_CA_FILE", "/no/ca",
                    "NATS_CREDS_FILE", "/no/creds",
                    "NATS_ROUND_TRIP_INTERVAL", "soon"))
            .size());
  }
}
