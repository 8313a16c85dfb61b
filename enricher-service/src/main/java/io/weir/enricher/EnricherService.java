package io.weir.enricher;

import io.weir.enricher.config.EnricherConfig;
import io.weir.enricher.handler.EnrichHandler;
import io.weir.enricher.handler.Grounding;
import io.weir.enricher.handler.RequestAccounts;
import io.weir.enricher.http.EnrichRoutes;
import io.weir.enricher.remote.SearchClient;
import io.weir.enricher.store.PackStore;
import io.weir.enricher.store.RequestStore;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Streams;
import io.weir.platform.http.Caller;
import io.weir.platform.http.DocumentRoute;
import io.weir.platform.http.Guard;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.OncePost;
import io.weir.platform.http.Reservations;
import io.weir.platform.llm.LlmClient;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageSweeper;
import io.weir.platform.usage.Users;
import io.weir.platform.work.Expiry;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sweeper;
import java.util.List;
import java.util.random.RandomGenerator;

/** The enricher as a process: what runs, and in which order. */
public final class EnricherService {
  private static final String NAME = "enricher-service";
  private static final int PORT = 8083;
  private static final String DURABLE = "enricher";

  private EnricherService() {}

  public static void main(String[] args) {
    ServiceRuntime.run(NAME, PORT, args, EnricherConfig::read, EnricherService::wire);
  }

  private static void wire(EnricherConfig config, Service service) {
    Mongo mongo = service.add(new Mongo(config.mongo(), service.clock()));
    mongo.with(PackStore.indexes()).with(RequestStore.indexes()).with(IdempotencyKeys.indexes());
    Messaging messaging =
        service.add(new Messaging(NAME, config.broker(), service.meters(), service.clock()));
    service.add(messaging.streams(Streams.CONTEXT_REQUESTS, Streams.CONTEXT_EVENTS));
    service.addBackground(messaging.advisoryCollector());
    LlmClient llm =
        service.add(
            new LlmClient(
                config.llm(), service.meters(), service.clock(), RandomGenerator.getDefault()));
    var outbox =
        new Outbox(mongo, messaging.publisher()::publish, service.clock(), service.meters());
    service.add(
        new Sweeper(
            mongo, outbox, service.clock(), config.sweeper(), List.of(RequestStore.COLLECTION)));
    var packs =
        new PackStore(mongo, config.enrich().agentId(), config.enrich().ackWait(), service.clock());
    var requests = new RequestStore(mongo, outbox, service.clock());

    Usage.indexes().forEach(mongo::with);
    var usage = new Usage(mongo, NAME, config.usage().openFor(), service.clock());
    var accounts =
        new RequestAccounts(requests, usage, config.prices(), config.enrich().defaultUser());
    service.add(new UsageSweeper(usage, accounts, config.usage().sweepEvery()));
    var users = new Users(mongo, config.usage().plan());

    var search =
        service.add(
            new SearchClient(
                config.search().url(), config.search().key(), config.search().timeout()));
    var handler =
        new EnrichHandler(
            config.enrich().profiles(),
            new Grounding(search),
            llm,
            packs,
            accounts,
            config.enrich().packMaxAge(),
            service.meters(),
            service.clock());
    service.add(
        messaging.consumer(
            ConsumerSpec.of(Streams.CONTEXT_REQUESTS.name(), DURABLE)
                .withAckWait(config.enrich().ackWait()),
            Codecs.CONTEXT_ENRICH_REQUEST,
            handler,
            ConsumerOptions.DEFAULT
                .withConcurrency(config.enrich().maxConcurrent())
                .withProbe("mongodb", mongo::ping)
                .withProbe("llm", llm::probe)));

    var once =
        new OncePost(
            new IdempotencyKeys(mongo, config.once(), service.clock()),
            request -> Caller.of(request).userId());
    service.add(
        new Expiry(
            mongo, service.clock(), List.of(IdempotencyKeys.COLLECTION, RequestStore.COLLECTION)));

    var routes =
        service.add(
            new EnrichRoutes(
                config.enrich().profiles(),
                packs,
                requests,
                once,
                new Reservations(usage, users, config.usage()),
                service.clock()));
    Guard guard =
        Guard.of(config.access(), config.enrich().defaultUser(), () -> mongo, service.clock());
    var api = new HttpApi(Routes.of(NAME), config.http(), guard, service.meters());
    routes.addTo(api);
    new DocumentRoute(NAME).addTo(api);
    api.attach(service);
  }
}
