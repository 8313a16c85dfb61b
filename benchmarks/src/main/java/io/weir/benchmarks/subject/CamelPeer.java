package io.weir.benchmarks.subject;

import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Running;
import io.weir.benchmarks.measure.Site;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Apache Camel's NATS component at the same work. Its consumer is pushed to: in this version its
 * pull subscription never asks for a message. A route works on the client's thread, one message
 * after another, so its concurrency is the number of routes, which share a queue group.
 */
public final class CamelPeer {
  private static final String MESSAGE_ID = "Nats-Msg-Id";

  private CamelPeer() {}

  /** One route; up to the cell's concurrency of messages are on their way to it. */
  public static Running consume(Site site, Cell cell, String run) throws Exception {
    var done = new LongAdder();
    return routes(
        site,
        cell,
        run,
        1,
        done,
        exchange -> {
          cell.handling().run();
          done.increment();
        },
        "");
  }

  /** As many routes as the cell's concurrency, each with a publish that awaits its answer. */
  public static Running consumePublishAck(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    var store = new Store();
    var done = new LongAdder();
    return routes(
        site,
        cell,
        run,
        cell.concurrency(),
        done,
        exchange -> {
          String id = exchange.getIn().getHeader(MESSAGE_ID, String.class);
          store.put(id, exchange.getIn().getBody());
          exchange.getIn().setHeader(MESSAGE_ID, "result-" + id);
        },
        producer(site, run));
  }

  /** One thread that publishes and waits. */
  public static Running publish(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    CamelContext camel = context();
    camel.start();
    ProducerTemplate template = camel.createProducerTemplate();
    template.setDefaultEndpointUri(producer(site, run));
    template.start();
    byte[] payload = Site.payload(cell.size());
    return new Publishing(
        cell.concurrency(),
        number -> {
          template.sendBodyAndHeaders(
              payload,
              Map.of(
                  MESSAGE_ID,
                  "m-" + number,
                  "Content-Type",
                  Site.CONTENT_TYPE,
                  "Weir-Message-Type",
                  Site.MESSAGE_TYPE,
                  "Weir-Correlation-Id",
                  "c-" + number));
          return number;
        },
        camel::stop);
  }

  private static Running routes(
      Site site, Cell cell, String run, int routes, LongAdder done, Processor each, String producer)
      throws Exception {
    CamelContext camel = context();
    ConsumerConfiguration consumer = consumer(cell, run, routes);
    // Made before, or all routes try at once, and all but one give up.
    site.makeConsumer(cell.size(), consumer);
    camel.getRegistry().bind("consumer", consumer);
    for (int i = 0; i < routes; i++) {
      String from = consumer(site, cell, run, routes) + "&poolSize=1&maxPingsOut=" + (2 + i);
      camel.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              var route = from(from).process(each);
              if (!producer.isEmpty()) {
                var _ = route.to(producer).process((Exchange exchange) -> done.increment());
              }
            }
          });
    }
    camel.start();
    return new Running() {
      @Override
      public long done() {
        return done.sum();
      }

      @Override
      public void close() {
        camel.stop();
      }
    };
  }

  private static ConsumerConfiguration consumer(Cell cell, String run, int routes) {
    ConsumerConfiguration.Builder builder =
        ConsumerConfiguration.builder()
            .durable(run)
            .ackPolicy(AckPolicy.Explicit)
            .ackWait(Duration.ofSeconds(30))
            .maxAckPending(RawClient.maxAckPending(cell))
            .filterSubject(Site.inputSubjects(cell.size()))
            .deliverSubject("deliver." + run);
    return routes > 1 ? builder.deliverGroup(run).build() : builder.build();
  }

  private static String consumer(Site site, Cell cell, String run, int routes) {
    String group = routes > 1 ? "&queueName=" + run : "";
    return "nats:%s?servers=%s&jetstreamEnabled=true&jetstreamName=%s&pullSubscription=false&durableName=%s&consumerConfiguration=#consumer&replyToDisabled=true%s"
        .formatted(
            Site.inputSubjects(cell.size()), servers(site), Site.input(cell.size()), run, group);
  }

  private static String producer(Site site, String run) {
    return "nats:out-%s.1?servers=%s&jetstreamEnabled=true&jetstreamName=OUT_%s&jetstreamAsync=false"
        .formatted(run, servers(site), run);
  }

  private static String servers(Site site) {
    return site.url().substring("nats://".length());
  }

  private static CamelContext context() {
    var camel = new DefaultCamelContext();
    camel.getShutdownStrategy().setTimeout(1);
    return camel;
  }
}
