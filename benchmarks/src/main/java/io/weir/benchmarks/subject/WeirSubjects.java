package io.weir.benchmarks.subject;

import com.google.protobuf.ByteString;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.benchmarks.measure.Cell;
import io.weir.benchmarks.measure.Running;
import io.weir.benchmarks.measure.Site;
import io.weir.messaging.MessageHandler;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.Subject;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Consumer;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The library as a service uses it: Prometheus metrics, tracing, leases and everything else on.
 *
 * @param telemetry what traces go to
 */
public record WeirSubjects(OpenTelemetry telemetry) {
  private static final Duration END = Duration.ofSeconds(5);

  /** Traces are passed on and not recorded: a service without an SDK. */
  public static WeirSubjects withoutTracingSdk() {
    return new WeirSubjects(OpenTelemetry.noop());
  }

  public Running inline(Site site, Cell cell, String run) throws Exception {
    return consuming(site, cell, run, options(cell).runInline());
  }

  public Running virtualThreads(Site site, Cell cell, String run) throws Exception {
    return consuming(site, cell, run, options(cell));
  }

  public Running consumePublishAck(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    var store = new Store();
    Subject output = Site.output(run).with("1");
    var done = new LongAdder();
    return consuming(
        site,
        cell,
        run,
        options(cell),
        done,
        delivery -> {
          cell.handling().run();
          store.put(delivery.messageId(), delivery.payload());
          done.increment();
          return Outcome.done(
              new Outgoing(
                  output,
                  "result-" + delivery.messageId(),
                  delivery.payload(),
                  Site.CONTENT_TYPE,
                  Site.MESSAGE_TYPE,
                  delivery.correlationId()));
        });
  }

  /** From as many virtual threads as the cell's concurrency. */
  public Running sync(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    Messaging messaging = messaging(site);
    Subject output = Site.output(run).with("1");
    ByteString payload = ByteString.copyFrom(Site.payload(cell.size()));
    return new Publishing(
        cell.concurrency(),
        number -> messaging.publisher().publish(message(output, number, payload)),
        () -> stop(messaging));
  }

  public Running pipelined(Site site, Cell cell, String run) throws Exception {
    site.makeOutput(run);
    Messaging messaging = messaging(site);
    Subject output = Site.output(run).with("1");
    ByteString payload = ByteString.copyFrom(Site.payload(cell.size()));
    // The library's own bound is 1,000; this one makes the cells below that alike.
    var room = new Semaphore(cell.concurrency());
    return new Publishing(
        done -> {
          for (long number = 1; ; number++) {
            room.acquire();
            var _ =
                messaging
                    .publisher()
                    .publishAsync(message(output, number, payload))
                    .whenComplete(
                        (sequence, failure) -> {
                          room.release();
                          if (failure == null) {
                            done.increment();
                          }
                        });
          }
        },
        () -> stop(messaging));
  }

  private Running consuming(Site site, Cell cell, String run, ConsumerOptions options)
      throws Exception {
    var done = new LongAdder();
    return consuming(
        site,
        cell,
        run,
        options,
        done,
        delivery -> {
          cell.handling().run();
          done.increment();
          return Outcome.done();
        });
  }

  private Running consuming(
      Site site,
      Cell cell,
      String run,
      ConsumerOptions options,
      LongAdder done,
      MessageHandler<ByteString> handler)
      throws Exception {
    Messaging messaging = messaging(site);
    Consumer<ByteString> consumer =
        messaging.consumer(
            ConsumerSpec.of(Site.input(cell.size()), run)
                .withMaxAckPending(RawClient.maxAckPending(cell)),
            new BytesCodec(),
            handler,
            options);
    consumer.start();
    return new Running() {
      @Override
      public long done() {
        return done.sum();
      }

      @Override
      public void close() throws Exception {
        consumer.drain(END);
        consumer.close();
        stop(messaging);
      }
    };
  }

  Messaging messaging(Site site) throws InterruptedException {
    var messaging =
        new Messaging(
            "bench",
            BrokerSettings.local(site.url()),
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
            Clock.systemUTC(),
            new Tracing(telemetry));
    messaging.start();
    return messaging;
  }

  static void stop(Messaging messaging) throws InterruptedException {
    messaging.drain(END);
    messaging.close();
  }

  private static ConsumerOptions options(Cell cell) {
    return ConsumerOptions.DEFAULT.withConcurrency(cell.concurrency());
  }

  private static Outgoing message(Subject subject, long number, ByteString payload) {
    return new Outgoing(
        subject, "m-" + number, payload, Site.CONTENT_TYPE, Site.MESSAGE_TYPE, "c-" + number);
  }
}
