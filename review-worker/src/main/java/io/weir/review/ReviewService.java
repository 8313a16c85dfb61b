package io.weir.review;

import io.weir.messaging.MessagingException;
import io.weir.messaging.Outgoing;
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
import io.weir.platform.http.Reservations;
import io.weir.platform.live.Feed;
import io.weir.platform.llm.LlmClient;
import io.weir.platform.llm.TokenCounter;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.UsageSweeper;
import io.weir.platform.usage.Users;
import io.weir.platform.work.Expiry;
import io.weir.platform.work.IdempotencyKeys;
import io.weir.platform.work.Outbox;
import io.weir.platform.work.Sweeper;
import io.weir.proto.v1.ReviewEvent;
import io.weir.review.config.ReviewSettings;
import io.weir.review.config.Roles;
import io.weir.review.config.WorkerConfig;
import io.weir.review.handler.JobAccounts;
import io.weir.review.handler.JobEstimate;
import io.weir.review.handler.Progress;
import io.weir.review.handler.ReviewHandler;
import io.weir.review.handler.Reviewer;
import io.weir.review.http.JobActions;
import io.weir.review.http.JobLive;
import io.weir.review.http.JobRoutes;
import io.weir.review.remote.Linters;
import io.weir.review.store.JobControl;
import io.weir.review.store.JobStore;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The review worker as a process: what runs, and in which order. */
public final class ReviewService {
  private static final String NAME = "review-worker";
  private static final int PORT = 8081;

  private static final Logger log = LoggerFactory.getLogger(ReviewService.class);

  private ReviewService() {}

  public static void main(String[] args) {
    ServiceRuntime.run(NAME, PORT, args, WorkerConfig::read, ReviewService::wire);
  }

  private static void wire(WorkerConfig config, Service service) {
    ReviewSettings settings = config.review();
    Mongo mongo = service.add(new Mongo(config.mongo(), service.clock()));
    Messaging messaging =
        service.add(new Messaging(NAME, config.broker(), service.meters(), service.clock()));
    service.add(messaging.streams(Streams.REVIEW_JOBS, Streams.REVIEW_EVENTS));
    service.addBackground(messaging.advisoryCollector());
    LlmClient llm =
        service.add(
            new LlmClient(
                config.llm(), service.meters(), service.clock(), RandomGenerator.getDefault()));
    var outbox =
        new Outbox(mongo, messaging.publisher()::publish, service.clock(), service.meters());
    service.add(
        new Sweeper(
            mongo, outbox, service.clock(), config.sweeper(), List.of(JobStore.COLLECTION)));
    var once =
        new OncePost(
            new IdempotencyKeys(
                mongo.with(IdempotencyKeys.indexes()), config.once(), service.clock()),
            request -> Caller.of(request).userId());
    service.add(new Expiry(mongo, service.clock(), List.of(IdempotencyKeys.COLLECTION)));
    var store =
        new JobStore(
            mongo, outbox, settings.claims().owner(), settings.claims().lease(), service.clock());

    ReviewSettings.Linting linting = settings.linters();
    var linters =
        Linters.standard(linting.pylint(), linting.node(), linting.eslintHome(), linting.timeOut());
    Roles roles = Roles.shipped();
    var reviewer = new Reviewer(linters, roles, llm, settings.model());

    Usage.indexes().forEach(mongo::with);
    var usage = new Usage(mongo, NAME, config.usage().openFor(), service.clock());
    var estimate = new JobEstimate(roles, settings.model(), new TokenCounter());
    var accounts = new JobAccounts(store, usage, estimate);
    service.add(new UsageSweeper(usage, accounts, config.usage().sweepEvery()));
    var users = new Users(mongo, config.usage().plan());

    Progress progress = event -> told(messaging, event);
    service.add(
        messaging.consumer(
            ConsumerSpec.of(Streams.REVIEW_JOBS.name(), NAME)
                .withAckWait(settings.claims().ackWait()),
            Codecs.REVIEW_JOB,
            new ReviewHandler(
                store, reviewer, accounts, settings.model(), progress, service.clock()),
            ConsumerOptions.DEFAULT
                .withConcurrency(settings.maxConcurrent())
                .withProbe("mongodb", mongo::ping)
                .withProbe("llm", llm::probe)));

    Guard guard = Guard.of(config.access(), Guard.LOCAL_USER, () -> mongo, service.clock());
    var api = new HttpApi(Routes.of(NAME), config.http(), guard, service.meters());
    var reservations = new Reservations(usage, users, config.usage());
    new JobRoutes(
            store,
            once,
            reservations,
            estimate,
            settings.maxContent(),
            config.http().maxBodyBytes(),
            service.clock())
        .addTo(api);
    new DocumentRoute(NAME).addTo(api);
    new JobActions(
            store,
            new JobControl(mongo, outbox),
            accounts,
            reservations,
            estimate,
            once,
            service.clock())
        .addTo(api);
    Feed<ReviewEvent> feed = JobLive.feed(service.meters());
    service.add(messaging.tail(Streams.REVIEW_EVENTS, Codecs.REVIEW_EVENT, feed));
    var live = service.add(new LiveStreams(config.live(), config.http(), service.meters()));
    new JobLive(store, feed, live).addTo(api);
    api.attach(service);
  }

  /** Nobody waits for it, and a broker that is away is no reason not to work. */
  private static void told(Messaging messaging, Outgoing event) throws InterruptedException {
    try {
      var _ = messaging.publisher().tryPublishAsync(event);
    } catch (MessagingException e) {
      log.atDebug().addKeyValue("reason", e.getMessage()).log("progress not told");
    }
  }
}
