package io.weir.faults.worker;

import io.weir.messaging.MessageKey;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.platform.mongo.Mongo;

/** Takes {@code work.*}, stores an effect in MongoDB and publishes {@code result.*}. */
public final class FaultWorker {
  private static final int PORT = 8190;

  private FaultWorker() {}

  public static void main(String[] args) {
    ServiceRuntime.run("fault-worker", PORT, args, WorkerSettings::read, FaultWorker::wire);
  }

  private static void wire(WorkerSettings settings, Service service) {
    var mongo = service.add(new Mongo(settings.mongo(), service.clock()));
    var messaging =
        service.add(
            new Messaging(service.name(), settings.nats(), service.meters(), service.clock()));
    var handler = new WorkHandler(new Labour(settings, mongo));
    ConsumerOptions options =
        ConsumerOptions.DEFAULT
            .withConcurrency(settings.concurrency())
            .withProbe("mongodb", mongo::ping);
    service.add(
        messaging.consumer(
            ConsumerSpec.of(Work.STREAM, Work.CONSUMER)
                .withAckWait(settings.ackWait())
                .withMaxAckPending(settings.maxAckPending()),
            Work.CODEC,
            handler,
            settings.ordered() ? options.orderedBy(MessageKey.subjectToken(1)) : options));
  }
}
