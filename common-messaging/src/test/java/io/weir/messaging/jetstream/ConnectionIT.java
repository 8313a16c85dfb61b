package io.weir.messaging.jetstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.localstack.NatsServer;
import io.weir.messaging.health.HealthCheck;
import io.weir.testsupport.Await;
import io.weir.testsupport.TcpProxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state of the connection against a real server that is frozen, killed or cut off. */
final class ConnectionIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final RoundTripSettings QUICK = new RoundTripSettings(Duration.ofMillis(200), 3);

  @TempDir Path folder;
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private NatsServer server;

  @BeforeEach
  void start() throws Exception {
    server = NatsServer.start(folder);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Broker broker(String url) {
    return new Broker("test", BrokerSettings.local(url).with(QUICK), meters);
  }

  private void await(Broker broker, ConnectionState state) throws InterruptedException {
    Await.until(state.name(), PATIENCE, () -> broker.state() == state);
    assertEquals(1, gauge(state), "the gauge of " + state);
    assertEquals(
        1,
        java.util.Arrays.stream(ConnectionState.values()).mapToDouble(this::gauge).sum(),
        "one state at a time");
  }

  private double gauge(ConnectionState state) {
    return meters
        .get("weir.nats.connection.state")
        .tag("state", state.name().toLowerCase(java.util.Locale.ROOT))
        .gauge()
        .value();
  }

  @Test
  void aFrozenServerDegradesTheConnectionAndOneAnswerHealsIt() throws Exception {
    Broker broker = broker(server.url());
    assertEquals(ConnectionState.DISCONNECTED, broker.state());
    broker.start();
    await(broker, ConnectionState.CONNECTED);
    Await.until(
        "a round trip", PATIENCE, () -> meters.get("weir.nats.round.trip").gauge().value() > 0);
    assertEquals(HealthCheck.Status.OK, broker.check().status());

    server.suspend();
    await(broker, ConnectionState.DEGRADED);
    assertTrue(broker.connected(), "degraded is still connected");
    assertEquals(Map.of("nats", "connected"), broker.facts());
    HealthCheck check = broker.check();
    assertEquals(HealthCheck.Status.DEGRADED, check.status());
    assertTrue(check.reason().contains("round trips"), check::reason);
    assertTrue(!check.consequence().isEmpty());
    assertTrue(check.age() != null && check.age().compareTo(QUICK.patience()) > 0, check::toString);
    assertEquals(QUICK.threshold(), check.threshold());
    assertTrue(meters.get("weir.nats.round.trip.failures").counter().count() >= 3);
    assertTrue(meters.get("weir.nats.health").gauge().value() < 1);

    server.resume();
    await(broker, ConnectionState.CONNECTED);
    assertEquals(0, meters.get("weir.nats.reconnects").counter().count(), "the same connection");
    broker.close();
    await(broker, ConnectionState.CLOSED);
  }

  @Test
  void aKilledServerIsReconnectedTo() throws Exception {
    Broker broker = broker(server.url());
    var resubscribed = new AtomicInteger();
    broker.onResubscribed(resubscribed::incrementAndGet);
    broker.start();
    await(broker, ConnectionState.CONNECTED);

    server.kill();
    await(broker, ConnectionState.RECONNECTING);
    assertTrue(!broker.connected());
    assertEquals(HealthCheck.Status.DOWN, broker.check().status());
    assertTrue(broker.check().age() != null);

    server.restart();
    await(broker, ConnectionState.CONNECTED);
    Await.until("the news", PATIENCE, () -> resubscribed.get() == 1);
    assertEquals(1, meters.get("weir.nats.reconnects").counter().count());
    assertEquals(HealthCheck.Status.OK, broker.check().status());
    broker.close();
  }

  @Test
  void aLineThatLosesWhatWeSendDegradesThenIsMadeAnew() throws Exception {
    try (TcpProxy line = TcpProxy.to(server.port())) {
      Broker broker = broker("nats://127.0.0.1:" + line.port());
      broker.start();
      await(broker, ConnectionState.CONNECTED);

      line.dropToServer();
      await(broker, ConnectionState.DEGRADED);
      // Bytes that were swallowed never come: the client has to cut the connection by itself.
      Await.until("the cut", PATIENCE, () -> broker.state() == ConnectionState.RECONNECTING);
      line.restore();
      line.cutAll();
      await(broker, ConnectionState.CONNECTED);
      assertEquals(1, meters.get("weir.nats.reconnects").counter().count());
      broker.close();
    }
  }

  @Test
  void aServerThatIsAwayAtStartIsWaitedForAndACloseEndsTheWait() throws Exception {
    server.stop();
    Broker broker = broker(server.url());
    Thread starting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    broker.start();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    await(broker, ConnectionState.CONNECTING);
    Await.until("a reason", PATIENCE, () -> broker.check().reason().contains("Unable to connect"));
    assertEquals(ConnectionState.CONNECTING, broker.state(), "failed attempts do not move it");
    server.restart();
    await(broker, ConnectionState.CONNECTED);
    assertTrue(starting.join(PATIENCE));
    broker.close();

    server.stop();
    Broker waiting =
        new Broker("waiting", BrokerSettings.local(server.url()), new SimpleMeterRegistry());
    Thread second =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    waiting.start();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Await.until("the wait", PATIENCE, () -> waiting.state() == ConnectionState.CONNECTING);
    waiting.close();
    assertTrue(second.join(PATIENCE), "the wait ended");
    assertEquals(ConnectionState.CLOSED, waiting.state());
  }
}
