package io.weir.benchmarks.peer;

import io.weir.faults.worker.Labour;
import io.weir.faults.worker.WorkerSettings;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.platform.mongo.Mongo;

/** The fault suite's worker, on Apache Camel instead of the library; told what to do as that is. */
public final class CamelWorker {
  private static final int PORT = 8191;

  private CamelWorker() {}

  public static void main(String[] args) {
    ServiceRuntime.run("camel-worker", PORT, args, WorkerSettings::read, CamelWorker::wire);
  }

  private static void wire(WorkerSettings settings, Service service) {
    var mongo = service.add(new Mongo(settings.mongo(), service.clock()));
    var _ = service.add(new CamelRoutes(settings, new Labour(settings, mongo)));
  }
}
