package io.weir.gateway;

import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.Catalogue;
import io.weir.gateway.completion.Completions;
import io.weir.gateway.completion.LlmMeters;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.handler.LlmRequestHandler;
import io.weir.gateway.http.ChatRoutes;
import io.weir.gateway.http.ModelRoutes;
import io.weir.gateway.provider.ConfiguredProviders;
import io.weir.gateway.provider.Offline;
import io.weir.gateway.provider.UpstreamHttp;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.messaging.runtime.Service;
import io.weir.messaging.runtime.ServiceRuntime;
import io.weir.platform.contract.Codecs;
import io.weir.platform.contract.Routes;
import io.weir.platform.contract.Streams;
import io.weir.platform.http.Guard;
import io.weir.platform.http.HttpApi;
import io.weir.platform.mongo.Mongo;
import java.time.Duration;

/** The LLM gateway's process: what runs, in which order. */
public final class GatewayService {
  private static final String NAME = "llm-gateway";
  private static final int PORT = 3000;

  /** A durable request ends by its provider's time-out, not by its own deadline. */
  private static final Duration SETTLING = Duration.ofSeconds(30);

  private GatewayService() {}

  public static void main(String[] args) {
    ServiceRuntime.run(NAME, PORT, args, GatewayConfig::read, GatewayService::wire);
  }

  private static void wire(GatewayConfig config, Service service) {
    UpstreamHttp upstream = service.add(new UpstreamHttp(config.timeOuts()));
    var providers = ConfiguredProviders.of(config.providers(), upstream, service.clock());
    var catalogue = service.add(new Catalogue(providers, new Offline(service.clock())));
    var completions = new Completions(catalogue, new LlmMeters(service.meters()));
    var shelf =
        new AnswerShelf(
            config.limits().storedAnswerBytes(),
            config.limits().storedAnswerAge(),
            service.clock());
    var requests = new RequestMeter(service.meters());

    // Only keys and plans need MongoDB; without it keys can't be checked, and all else goes on.
    Guard guard =
        Guard.of(
            config.access(),
            Guard.LOCAL_USER,
            () -> service.addApart(new Mongo(config.mongo(), service.clock())),
            service.clock());
    var api = new HttpApi(Routes.of(NAME), config.http(), guard, service.meters());
    new ChatRoutes(completions, shelf, requests, config).addTo(api);
    new ModelRoutes(catalogue).addTo(api);
    api.attach(service);

    // HTTP answers without NATS: these start beside it.
    var messaging =
        service.addBackground(
            new Messaging(NAME, config.broker(), service.meters(), service.clock()));
    service.addBackground(messaging.streams(Streams.LLM_REQUESTS, Streams.LLM_RESPONSES));
    service.addBackground(messaging.advisoryCollector());
    service.addBackground(
        messaging.consumer(
            ConsumerSpec.of(Streams.LLM_REQUESTS.name(), NAME),
            Codecs.LLM_REQUEST,
            new LlmRequestHandler(
                completions, shelf, requests, service.clock(), messaging.publisher()::publish),
            ConsumerOptions.DEFAULT
                .withConcurrency(config.limits().durableConcurrent())
                .withDeadline(config.longestCall().plus(SETTLING))
                .withProbe(Catalogue.MODELS, catalogue::probe)));
  }
}
