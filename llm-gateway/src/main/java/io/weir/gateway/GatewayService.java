package io.weir.gateway;

import io.weir.gateway.completion.AnswerCache;
import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.CachedCompletions;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.completion.Completions;
import io.weir.gateway.completion.KeptAnswers;
import io.weir.gateway.completion.LlmMeters;
import io.weir.gateway.completion.ModelListFile;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.handler.ChatResponder;
import io.weir.gateway.handler.LlmRequestHandler;
import io.weir.gateway.handler.TokenStreams;
import io.weir.gateway.http.ChatRoutes;
import io.weir.gateway.http.ModelPage;
import io.weir.gateway.http.ModelRoutes;
import io.weir.gateway.http.ProviderRoutes;
import io.weir.gateway.provider.ConfiguredProviders;
import io.weir.gateway.provider.Offline;
import io.weir.gateway.routing.AutoChoice;
import io.weir.gateway.routing.ProviderGates;
import io.weir.gateway.routing.RetryBudget;
import io.weir.gateway.routing.Routing;
import io.weir.gateway.tools.NatsTools;
import io.weir.gateway.tools.ToolAnswers;
import io.weir.gateway.tools.ToolBounds;
import io.weir.gateway.upstream.UpstreamHttp;
import io.weir.gateway.usage.LedgerWriter;
import io.weir.gateway.usage.MessageAskers;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.ResponderSpec;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Streams;
import io.weir.platform.contract.Subjects;
import io.weir.platform.http.DocumentRoute;
import io.weir.platform.http.Guard;
import io.weir.platform.http.HttpApi;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.work.Expiry;
import io.weir.platform.work.IdempotencyKeys;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The LLM gateway's process: what runs, in which order. */
public final class GatewayService {
  private static final String NAME = "llm-gateway";
  private static final int PORT = 3000;

  /** A durable request ends by its provider's time-out, not by its own deadline. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  /** Messages written to the ledger at once; each waits only for its row. */
  private static final int LEDGER_MESSAGES = 200;

  /** Those with many calls each. */
  private static final int LEDGER_BATCHES = 32;

  /** So many may be made before the share of retries holds. */
  private static final int RETRIES_SAVED = 20;

  private GatewayService() {}

  public static void main(String[] args) {
    ServiceRuntime.run(NAME, PORT, args, GatewayConfig::read, GatewayService::wire);
  }

  private static Routing routing(GatewayConfig config, Service service) {
    var limits = config.routing();
    return new Routing(
        new AutoChoice(config.usage().models()),
        config.usage().aliases(),
        new ProviderGates(limits.gates(), service.clock(), service.meters()),
        new RetryBudget(limits.retryPercent() / 100.0, RETRIES_SAVED));
  }

  private static void wire(GatewayConfig config, Service service) {
    UpstreamHttp upstream = service.add(new UpstreamHttp(config.timeOuts()));
    var providers = ConfiguredProviders.of(config.providers(), upstream, service.clock());
    var catalogue =
        service.add(
            new Catalogue(
                providers,
                new Offline(service.clock()),
                Optional.of(new ModelListFile(config.usage().folder().resolve("models.json"))),
                service.clock()));
    // Keys, plans and the ledger need MongoDB; without it they don't work, and all else goes on.
    Mongo mongo = service.addApart(new Mongo(config.mongo(), service.clock()));
    var messaging = new Messaging(NAME, config.broker(), service.meters(), service.clock());
    var accounting = Accounting.of(config, mongo, messaging, service);
    Routing routing = routing(config, service);
    var completions =
        new Completions(
            catalogue,
            routing,
            new LlmMeters(service.meters()),
            accounting.recorder(),
            accounting.budgets());
    var cached =
        new CachedCompletions(
            completions,
            new AnswerCache(
                new AnswerCache.Bounds(
                    config.cache().bytes(), config.cache().entries(), config.cache().age()),
                service.clock(),
                service.meters()),
            accounting.recorder(),
            catalogue);
    var answers =
        new ToolAnswers(
            completions,
            cached,
            new NatsTools(messaging.requests(), config.tools().resultBytes()),
            new ToolBounds(
                config.tools().rounds(),
                ToolBounds.AT_ONCE,
                config.tools().argumentBytes(),
                config.longestCall()),
            service.clock(),
            service.meters());
    var tools = config.tools().tools();
    var shelf =
        new AnswerShelf(
            config.limits().storedAnswerBytes(),
            config.limits().storedAnswerAge(),
            service.clock());
    mongo.with(IdempotencyKeys.indexes());
    var kept =
        new KeptAnswers(
            shelf,
            new IdempotencyKeys(mongo, config.once(), service.clock()),
            mongo::isConnected,
            config.once().lease(),
            config.timeOuts().total(),
            service.clock());
    service.addApart(new Expiry(mongo, service.clock(), List.of(IdempotencyKeys.COLLECTION)));
    var requests = new RequestMeter(service.meters());

    Guard guard = Guard.of(config.access(), Guard.LOCAL_USER, () -> mongo, service.clock());
    var api = new HttpApi(Routes.of(NAME), config.http(), guard, service.meters());
    new ChatRoutes(cached, answers, shelf, kept, requests, config).addTo(api);
    new ModelRoutes(catalogue, new ModelPage(config.usage().models(), routing, service.clock()))
        .addTo(api);
    new ProviderRoutes(catalogue, routing.gates()).addTo(api);
    new DocumentRoute(NAME).addTo(api);
    api.attach(service);

    // HTTP answers without NATS: these start beside it.
    var askers =
        new MessageAskers(
            new ApiKeys(mongo, new SecureRandom(), service.clock()),
            config.usage().owner(),
            service.clock());
    var streams =
        new TokenStreams(
            answers, messaging.publisher()::tryPublishAsync, service.clock(), service.meters());
    service.addBackground(messaging);
    service.addBackground(
        messaging.streams(
            Streams.LLM_REQUESTS,
            Streams.LLM_RESPONSES,
            Streams.LLM_STREAMS,
            Streams.LLM_USAGE,
            Streams.LLM_USAGE_BATCHES));
    service.addBackground(messaging.advisoryCollector());
    service.addBackground(
        messaging.consumer(
            ConsumerSpec.of(Streams.LLM_REQUESTS.name(), NAME)
                .withAckWait(config.limits().durableAckWait()),
            Codecs.LLM_REQUEST,
            new LlmRequestHandler(
                completions,
                answers,
                streams,
                tools,
                kept,
                requests,
                service.clock(),
                messaging.publisher()::publish,
                askers),
            ConsumerOptions.DEFAULT
                .withConcurrency(config.limits().durableConcurrent())
                .withDeadline(config.longestAnswer().plus(SETTLING))
                .withProbe(Catalogue.MODELS, catalogue::probe)));
    service.addBackground(
        messaging.responder(
            ResponderSpec.of(
                "llm-chat",
                "asks a model and answers as a whole",
                "nats_llm_chat",
                Subjects.LLM_CHAT.with()),
            Codecs.LLM_REQUEST,
            new ChatResponder(answers, tools, streams, kept, service.clock(), askers),
            Codecs.LLM_RESPONSE));
    service.addBackground(
        messaging.consumer(
            LedgerWriter.ONES,
            Codecs.LLM_USAGE,
            accounting.ledger()::one,
            ConsumerOptions.DEFAULT
                .withConcurrency(LEDGER_MESSAGES)
                .withProbe("mongodb", mongo::ping)));
    service.addBackground(
        messaging.consumer(
            LedgerWriter.BATCHES,
            Codecs.LLM_USAGE_BATCH,
            accounting.ledger()::many,
            ConsumerOptions.DEFAULT
                .withConcurrency(LEDGER_BATCHES)
                .withProbe("mongodb", mongo::ping)));
  }
}
