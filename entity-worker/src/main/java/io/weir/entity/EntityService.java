package io.weir.entity;

import io.weir.entity.config.EntitySettings;
import io.weir.entity.handler.BreadcrumbHandler;
import io.weir.entity.handler.IndexKeeper;
import io.weir.entity.http.BreadcrumbApi;
import io.weir.entity.http.BreadcrumbLive;
import io.weir.entity.http.SearchApi;
import io.weir.entity.pipeline.ExtractorRegistry;
import io.weir.entity.pipeline.OfflineExtractor;
import io.weir.entity.search.LuceneIndex;
import io.weir.entity.search.SearchIndex;
import io.weir.entity.store.Breadcrumbs;
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
import io.weir.platform.http.LiveStreams;
import io.weir.platform.http.OncePost;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.work.Expiry;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sweeper;
import java.util.List;
import java.util.Map;

/** The entity-worker: breadcrumbs in, entities and search out. */
public final class EntityService {
  private static final String NAME = "entity-worker";
  private static final int PORT = 8082;

  private EntityService() {}

  /** Runs the service until it is told to stop. */
  public static void main(String[] args) {
    ServiceRuntime.run(NAME, PORT, args, EntitySettings::read, EntityService::wire);
  }

  private static void wire(EntitySettings settings, Service service) {
    var messaging =
        service.add(new Messaging(NAME, settings.broker(), service.meters(), service.clock()));
    service.add(messaging.streams(Streams.BREADCRUMB_EVENTS, Streams.ENTITY_EVENTS));
    service.addBackground(messaging.advisoryCollector());
    var mongo =
        service.add(
            new Mongo(settings.mongo(), service.clock())
                .with(Breadcrumbs.indexes())
                .with(IdempotencyKeys.indexes()));
    var outbox =
        new Outbox(mongo, messaging.publisher()::publish, service.clock(), service.meters());
    var breadcrumbs = new Breadcrumbs(mongo, outbox, service.clock());
    SearchIndex index = new LuceneIndex();

    // The index follows events before it is filled, so that no change falls between.
    var keeper = new IndexKeeper(breadcrumbs, index, service.meters());
    ConsumerOptions options = ConsumerOptions.DEFAULT.withProbe("mongodb", mongo::ping);
    service.add(
        messaging.consumer(
            ConsumerSpec.of(Streams.ENTITY_EVENTS.name(), "search-" + settings.node())
                .startingAt(ConsumerSpec.StartAt.NEW)
                .withAckWait(settings.ackWait()),
            Codecs.ENTITIES_EXTRACTED,
            keeper,
            options));
    service.add(keeper);

    var extractors = new ExtractorRegistry(Map.of(), new OfflineExtractor());
    service.add(
        messaging.consumer(
            ConsumerSpec.of(Streams.BREADCRUMB_EVENTS.name(), "entity-extractor")
                .withAckWait(settings.ackWait()),
            Codecs.BREADCRUMB_EVENT,
            new BreadcrumbHandler(breadcrumbs, extractors, service.meters(), service.clock()),
            options.withConcurrency(settings.maxConcurrent()).withMaxFailures(3)));
    service.add(
        new Sweeper(
            mongo, outbox, service.clock(), settings.sweeper(), List.of(Breadcrumbs.COLLECTION)));

    var once =
        new OncePost(
            new IdempotencyKeys(mongo, settings.once(), service.clock()),
            request -> Caller.of(request).userId());
    service.add(new Expiry(mongo, service.clock(), List.of(IdempotencyKeys.COLLECTION)));

    Guard guard = Guard.of(settings.access(), settings.owner(), () -> mongo, service.clock());
    var api = new HttpApi(Routes.of(NAME), settings.http(), guard, service.meters());
    var feed = BreadcrumbLive.feed(service.meters());
    service.add(messaging.tail(Streams.BREADCRUMB_EVENTS, Codecs.BREADCRUMB_EVENT, feed));
    var live = service.add(new LiveStreams(settings.live(), settings.http(), service.meters()));
    // Before the breadcrumb whose id is "events".
    new BreadcrumbLive(
            feed, messaging.history(Streams.BREADCRUMB_EVENTS, Codecs.BREADCRUMB_EVENT), live)
        .addTo(api);
    new BreadcrumbApi(breadcrumbs, once, settings.http().maxBodyBytes()).addTo(api);
    new SearchApi(index, breadcrumbs).addTo(api);
    new DocumentRoute(NAME).addTo(api);
    api.attach(service);
  }
}
