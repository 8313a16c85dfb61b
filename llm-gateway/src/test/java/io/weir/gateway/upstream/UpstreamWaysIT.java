package io.weir.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.gateway.config.TimeOuts;
import io.weir.messaging.tls.TlsFiles;
import io.weir.testsupport.TestCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted, and by a proxy. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class UpstreamWaysIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final TimeOuts PATIENT = new TimeOuts(LONG, LONG, LONG, LONG);
  private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
  @TempDir private Path folder;

  @Test
  @Timeout(value = 240, unit = TimeUnit.SECONDS) // each certificate is a JVM's work
  void onlyWhoShowsACertificateForTheHostThatIsTrustedIsAsked() throws Exception {
    var good = new TestCertificates(folder, "good");
    try (WireServer server = secure(good, good.forThisHost("server"));
        UpstreamHttp http = trusting(good)) {
      server.answering(ANSWER);
      assertEquals("{}", ask(http, "https://127.0.0.1:" + server.port()));
      assertEquals("{}", ask(http, "https://127.0.0.1:" + server.port()));
      assertEquals(1, server.connections());
      assertEquals("{}", ask(http, "https://localhost:" + server.port()));

      // What follows comes in the same record, of which all is decrypted at once.
      String many = "x".repeat(10_000);
      server.answering(
          "HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n"
              + many
              + "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwrong");
      assertTrue(ask(http, "https://127.0.0.1:" + server.port()).equals(many));
      assertTrue(ask(http, "https://127.0.0.1:" + server.port()).equals(many));

      try (UpstreamHttp distrustful = trusting(new TestCertificates(folder, "other"))) {
        refused(distrustful, server);
      }
    }
    for (TestCertificates.Pair wrong :
        List.of(good.forHost("elsewhere", "provider.example"), good.expired("old"))) {
      try (WireServer server = secure(good, wrong);
          UpstreamHttp http = trusting(good)) {
        refused(http, server);
      }
    }
  }

  @Test
  void theProxyOfTheJvmsSettingsIsGoneThrough() throws Exception {
    ProxySelector usual = ProxySelector.getDefault();
    try (WireServer server = WireServer.start();
        ConnectProxy proxy = ConnectProxy.to(server.port());
        UpstreamHttp http = new UpstreamHttp(PATIENT)) {
      ProxySelector.setDefault(new Always(proxy.port()));
      server.answering(ANSWER);
      assertEquals("{}", ask(http, "http://provider.example:8080"));
      assertEquals("CONNECT provider.example:8080 HTTP/1.1", proxy.asked());
    } finally {
      ProxySelector.setDefault(usual);
    }
  }

  @Test
  void aProxyThatNeverAnswersIsNoConnection() throws Exception {
    Duration shortly = Duration.ofMillis(300);
    ProxySelector usual = ProxySelector.getDefault();
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        UpstreamHttp http = new UpstreamHttp(new TimeOuts(shortly, LONG, LONG, LONG))) {
      ProxySelector.setDefault(new Always(silent.getLocalPort()));
      var failure =
          assertThrows(
              ConnectFailedException.class, () -> ask(http, "http://provider.example:8080"));
      assertInstanceOf(SocketTimeoutException.class, failure.getCause());
    } finally {
      ProxySelector.setDefault(usual);
    }
  }

  @Test
  void aNameThatNobodyKnowsIsNoConnection() throws Exception {
    try (UpstreamHttp http = new UpstreamHttp(PATIENT)) {
      var failure =
          assertThrows(ConnectFailedException.class, () -> ask(http, "http://provider.invalid"));
      assertInstanceOf(UnknownHostException.class, failure.getCause());
    }
  }

  private static void refused(UpstreamHttp http, WireServer server) {
    var failure =
        assertThrows(
            ConnectFailedException.class, () -> ask(http, "https://127.0.0.1:" + server.port()));
    assertInstanceOf(SSLException.class, failure.getCause());
  }

  private static String ask(UpstreamHttp http, String base) throws IOException {
    var template = new UpstreamRequest.Template(URI.create(base), Map.of());
    try (UpstreamResponse response = http.call(template.get("/models")).execute()) {
      return new String(response.bytes(1 << 20), StandardCharsets.UTF_8);
    }
  }

  private static UpstreamHttp trusting(TestCertificates authority) throws Exception {
    var files =
        new TlsFiles(Optional.of(authority.authority()), Optional.empty(), Optional.empty(), true);
    return new UpstreamHttp(PATIENT, files.context().getSocketFactory());
  }

  private static WireServer secure(TestCertificates authority, TestCertificates.Pair own)
      throws Exception {
    ServerSocket listener =
        new TlsFiles(
                Optional.of(authority.authority()),
                Optional.of(own.certificate()),
                Optional.of(own.key()),
                true)
            .context()
            .getServerSocketFactory()
            .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    return WireServer.on(listener);
  }

  /** What {@code https.proxyHost} would choose. */
  private static final class Always extends ProxySelector {
    private final int port;

    Always(int port) {
      this.port = port;
    }

    @Override
    public List<Proxy> select(URI uri) {
      return List.of(
          new Proxy(
              Proxy.Type.HTTP, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
      throw new IllegalStateException(failure);
    }
  }
}
