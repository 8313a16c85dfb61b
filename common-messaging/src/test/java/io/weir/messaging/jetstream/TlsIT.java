package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.localstack.FreePorts;
import io.weir.localstack.NatsServer;
import io.weir.localstack.NatsServerOptions;
import io.weir.messaging.MessagingException;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestCertificates;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS and mTLS against a real server, with certificates of every kind that must not pass. */
@Timeout(60)
final class TlsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir static Path certificates;
  private static TestCertificates ours;
  private static TestCertificates foreign;
  private static TestCertificates.Pair good;

  @TempDir Path folder;
  private final int port = FreePorts.one();

  @org.jspecify.annotations.Nullable private Broker broker;

  @BeforeAll
  static void sign() throws Exception {
    ours = new TestCertificates(certificates, "ours");
    foreign = new TestCertificates(certificates, "foreign");
    good = ours.forThisHost("good");
  }

  @AfterEach
  void close() {
    if (broker != null) {
      broker.close();
    }
  }

  private NatsServer server(TestCertificates.Pair own, String more) throws InterruptedException {
    return NatsServer.start(
        NatsServerOptions.in(folder)
            .withPorts(port, 0)
            .withExtraConfig(
                "tls { cert_file: \"%s\", key_file: \"%s\", timeout: 5, %s }"
                    .formatted(own.certificate(), own.key(), more)));
  }

  private static String wantsClients(TestCertificates authority) {
    return "verify: true, ca_file: \"%s\"".formatted(authority.authority());
  }

  private Broker broker(String url, Map<String, String> settings) {
    var all = new HashMap<>(settings);
    all.put("NATS_URL", url);
    all.put("NATS_CONNECT_TIMEOUT", "2s");
    SettingsReader reader = SettingsReader.of(all);
    var read = BrokerSettings.read(reader);
    reader.check();
    broker = new Broker("test", read, new SimpleMeterRegistry());
    return broker;
  }

  private String url(String scheme) {
    return scheme + "://127.0.0.1:" + port;
  }

  private static Map<String, String> trusting(Path authority) {
    return Map.of("NATS_TLS_CA_FILE", authority.toString());
  }

  private static Map<String, String> as(TestCertificates.Pair own) {
    return Map.of(
        "NATS_TLS_CA_FILE",
        ours.authority().toString(),
        "NATS_TLS_CERT_FILE",
        own.certificate().toString(),
        "NATS_TLS_KEY_FILE",
        own.key().toString());
  }

  private void connects(String url, Map<String, String> settings) throws Exception {
    Broker one = broker(url, settings);
    one.start();
    Await.until("the connection", PATIENCE, one::connected);
    one.probe();
    assertTrue(one.connection().getServerInfo().isTLSRequired(), "the server insists on TLS");
  }

  private void isRefused(String url, Map<String, String> settings, String... said) {
    Broker one = broker(url, settings);
    var refused = assertThrows(MessagingException.class, one::start);
    for (String part : said) {
      assertTrue(String.valueOf(refused.getMessage()).contains(part), refused::toString);
    }
  }

  @Test
  void anAuthorityAloneIsEnoughWhicheverSchemeTheAddressHas() throws Exception {
    try (NatsServer _ = server(good, "")) {
      connects(url("tls"), trusting(ours.authority()));
      close();
      connects(url("nats"), trusting(ours.authority()));
      close();
      connects("tls://localhost:" + port, trusting(ours.authority()));
    }
  }

  @Test
  void aServerOfAForeignAuthorityEndsTheStart() throws Exception {
    try (NatsServer _ = server(foreign.forThisHost("server"), "")) {
      isRefused(url("tls"), trusting(ours.authority()), "not trusted here", "NATS_TLS_CA_FILE");
      isRefused(url("tls"), Map.of(), "not trusted here", "NATS_TLS_CA_FILE");
    }
  }

  @Test
  void anExpiredServerCertificateEndsTheStart() throws Exception {
    try (NatsServer _ = server(ours.expired("old"), "")) {
      isRefused(url("tls"), trusting(ours.authority()), "has expired");
    }
  }

  @Test
  void aCertificateForAnotherHostEndsTheStart() throws Exception {
    try (NatsServer _ = server(ours.forHost("other", "nats.example.org"), "")) {
      isRefused(url("tls"), trusting(ours.authority()), "for another host", "NATS_URL");
      isRefused(
          "tls://localhost:" + port, trusting(ours.authority()), "for another host", "localhost");
    }
  }

  @Test
  void withoutVerificationAnyServerIsTalkedTo() throws Exception {
    try (NatsServer _ = server(foreign.forHost("any", "nats.example.org"), "")) {
      connects(url("tls"), Map.of("NATS_TLS_VERIFY", "false"));
    }
  }

  @Test
  void ourCertificateLetsUsIn() throws Exception {
    try (NatsServer _ = server(good, wantsClients(ours))) {
      connects(url("tls"), as(ours.forThisHost("client")));
    }
  }

  @Test
  void withoutAGoodCertificateOfOurOwnTheStartEnds() throws Exception {
    try (NatsServer _ = server(good, wantsClients(ours))) {
      String[] said = {"refused our certificate", "NATS_TLS_CERT_FILE", "NATS_TLS_KEY_FILE"};
      isRefused(url("tls"), trusting(ours.authority()), said);
      isRefused(url("tls"), as(foreign.forThisHost("stranger")), said);
      isRefused(url("tls"), as(ours.expired("expired-client")), said);
    }
  }

  @Test
  void oneSideWithoutTlsEndsTheStart() throws Exception {
    try (NatsServer _ = server(good, "")) {
      isRefused(url("nats"), Map.of(), "the server wants TLS", "tls://", "NATS_TLS_CA_FILE");
    }
    try (NatsServer _ =
        NatsServer.start(NatsServerOptions.in(folder.resolve("plain")).withPorts(port, 0))) {
      isRefused(url("tls"), trusting(ours.authority()), "the server has no TLS");
    }
  }

  @Test
  void aServerThatIsAwayIsWaitedForAndOnesCertificateThatRanOutIsSaidUntilItIsRenewed()
      throws Exception {
    Path trusted = folder.resolve("trusted.pem");
    Files.copy(ours.authority(), trusted);
    Broker one = broker(url("tls"), trusting(trusted));
    Thread starting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    one.start();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Await.until("a reason", PATIENCE, () -> one.check().reason().contains("Unable to connect"));
    try (NatsServer _ = server(good, "")) {
      Await.until("the connection", PATIENCE, one::connected);
      assertTrue(starting.join(PATIENCE));
    }
    try (NatsServer _ = server(ours.expired("ran-out"), "")) {
      Await.until("the reason", PATIENCE, () -> one.check().reason().contains("has expired"));
      assertEquals(ConnectionState.RECONNECTING, one.state(), "a start that worked goes on");
    }
    // Renewed by another authority: the file is read anew.
    Files.copy(foreign.authority(), trusted, StandardCopyOption.REPLACE_EXISTING);
    try (NatsServer _ = server(foreign.forThisHost("renewed"), "")) {
      Await.until("the connection", PATIENCE, one::connected);
      assertEquals("", one.check().reason());
    }
  }
}
