package io.weir.platform.mongo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.localstack.MongoWireServer;
import io.weir.messaging.tls.TlsFiles;
import io.weir.testsupport.Await;
import io.weir.testsupport.TestCertificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The embedded server has no TLS: what stands before it ends it, and wants our certificate. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class MongoTlsIT {
  @TempDir Path folder;
  private MongoWireServer server;
  private TestCertificates good;
  private TestCertificates.Pair ours;
  private SSLServerSocket front;

  @BeforeEach
  void start() throws Exception {
    server = MongoWireServer.inMemory();
    good = new TestCertificates(folder, "good");
    ours = good.forThisHost("client");
    var own = good.forThisHost("server");
    front =
        (SSLServerSocket)
            files(good, own)
                .context()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    front.setNeedClientAuth(true);
    Thread.ofVirtual().start(this::serve);
  }

  @AfterEach
  void stop() throws IOException {
    front.close();
    server.close();
  }

  @Test
  void bothSidesShowTheirCertificates() throws Exception {
    Mongo mongo = mongo(files(good, ours));
    try {
      mongo.start();
      mongo.ping();
      assertEquals("connected", mongo.facts().get("mongo"));
    } finally {
      mongo.close();
    }
  }

  @Test
  void aServerOfAnAuthorityThatIsNotTrustedIsNotTalkedTo() throws Exception {
    Mongo mongo = mongo(files(new TestCertificates(folder, "other"), ours));
    Thread starting = Thread.ofVirtual().start(() -> startUntilClosed(mongo));
    try {
      Await.until(
          "the reason in the health page",
          Duration.ofSeconds(20),
          () -> mongo.checks().getFirst().reason().contains("PKIX"));
    } finally {
      mongo.close();
    }
    assertTrue(starting.join(Duration.ofSeconds(10)));
  }

  private static void startUntilClosed(Mongo mongo) {
    try {
      mongo.start();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Mongo mongo(TlsFiles tls) {
    return new Mongo(
        new MongoSettings(
            "mongodb://127.0.0.1:" + front.getLocalPort(),
            Optional.empty(),
            Optional.of(tls),
            "weir",
            2,
            Duration.ofSeconds(2)),
        Clock.systemUTC());
  }

  private static TlsFiles files(TestCertificates trusted, TestCertificates.Pair own) {
    return new TlsFiles(
        Optional.of(trusted.authority()),
        Optional.of(own.certificate()),
        Optional.of(own.key()),
        true);
  }

  private void serve() {
    while (true) {
      try {
        Socket client = front.accept();
        var upstream = new Socket(InetAddress.getLoopbackAddress(), server.port());
        Thread.ofVirtual().start(() -> pump(client, upstream));
        Thread.ofVirtual().start(() -> pump(upstream, client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to;
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // The other side has gone, or was refused.
    }
  }
}
