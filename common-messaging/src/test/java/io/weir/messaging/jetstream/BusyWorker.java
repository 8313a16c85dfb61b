package io.weir.messaging.jetstream;

import static io.weir.messaging.jetstream.TestMessaging.CODEC;
import static io.weir.messaging.jetstream.TestMessaging.RESULT;
import static io.weir.messaging.jetstream.TestMessaging.message;

import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A service that takes its time for each message, and publishes how often it was delivered. System
 * properties: {@code handler} in ms, {@code concurrency}, {@code ordered}.
 */
final class BusyWorker {
  private static final int HANDLER = Integer.getInteger("handler", 20);

  private BusyWorker() {}

  public static void main(String[] args) {
    ServiceRuntime.run("busy", 8098, args, BrokerSettings::read, BusyWorker::wire);
  }

  private static void wire(BrokerSettings settings, Service service) {
    var messaging =
        service.add(new Messaging(service.name(), settings, service.meters(), service.clock()));
    var options = ConsumerOptions.DEFAULT.withConcurrency(Integer.getInteger("concurrency", 50));
    service.add(
        messaging.consumer(
            ConsumerSpec.of("WORK", "worker"),
            CODEC,
            BusyWorker::work,
            Boolean.getBoolean("ordered")
                ? options.orderedBy((subject, headers) -> subject)
                : options));
  }

  private static Outcome work(Delivery<com.google.protobuf.StringValue> delivery)
      throws InterruptedException {
    var _ = new CountDownLatch(1).await(HANDLER, TimeUnit.MILLISECONDS);
    String value = delivery.payload().getValue();
    return Outcome.done(
        message(RESULT.with("k"), "result-" + value, value + "/" + delivery.deliveries()));
  }
}
