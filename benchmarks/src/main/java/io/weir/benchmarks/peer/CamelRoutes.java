package io.weir.benchmarks.peer;

import io.nats.client.Connection;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.weir.faults.worker.Labour;
import io.weir.faults.worker.Work;
import io.weir.faults.worker.WorkerSettings;
import io.weir.messaging.runtime.Component;
import io.weir.testsupport.Await;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.component.nats.NatsConsumer;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;

/**
 * Camel's connection, durable consumer and routes. The consumer works on the client's thread, one
 * message after another, so its concurrency is the number of routes, which share a queue group; a
 * pull consumer never asks for a message in this version.
 */
final class CamelRoutes implements Component {
  private static final Duration RECONNECT_WAIT = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final WorkerSettings settings;
  private final Labour labour;
  private @Nullable Connection connection;
  private @Nullable CamelContext camel;

  CamelRoutes(WorkerSettings settings, Labour labour) {
    this.settings = settings;
    this.labour = labour;
  }

  @Override
  public void start() throws Exception {
    Connection nats = Nats.connect(options());
    connection = nats;
    ConsumerConfiguration consumer = consumer();
    // Made before, or all routes try at once, and all but one give up.
    var _ = nats.jetStreamManagement().addOrUpdateConsumer(Work.STREAM, consumer);
    var context = new DefaultCamelContext();
    camel = context;
    context.getRegistry().bind("connection", nats);
    context.getRegistry().bind("consumer", consumer);
    context.addRoutes(new WorkRoute(labour, settings.concurrency()));
    context.start();
    Await.until("every route has subscribed", PATIENCE, () -> haveSubscribed(context));
  }

  /** Camel's routes subscribe on threads of their own, after the context says it has started. */
  private static boolean haveSubscribed(CamelContext context) {
    return context.getRoutes().stream()
        .map(Route::getConsumer)
        .filter(NatsConsumer.class::isInstance)
        .allMatch(consumer -> ((NatsConsumer) consumer).isActive());
  }

  @Override
  public void close() {
    if (camel != null) {
      camel.stop();
    }
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Camel's endpoints can say the same; one connection for all costs less than one a route. */
  private Options options() {
    return new Options.Builder()
        .servers(settings.nats().url().split(",", -1))
        .connectionName("camel-worker")
        .maxReconnects(-1)
        .reconnectWait(RECONNECT_WAIT)
        .build();
  }

  /**
   * Few on their way: what waits in the client behind a message that is retried runs out of time,
   * as nothing tells the server that it is still wanted.
   */
  private ConsumerConfiguration consumer() {
    return ConsumerConfiguration.builder()
        .durable(Work.CONSUMER)
        .ackPolicy(AckPolicy.Explicit)
        .ackWait(settings.ackWait())
        .maxDeliver(-1)
        .maxAckPending(2L * settings.concurrency())
        .filterSubject(WorkRoute.SUBJECTS)
        .deliverSubject("deliver." + Work.CONSUMER)
        .deliverGroup(Work.CONSUMER)
        .build();
  }
}
