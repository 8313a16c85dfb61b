package io.weir.review.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.messaging.InvalidMessageException;
import io.weir.messaging.secret.Redaction;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.Caller;
import io.weir.platform.http.Fields;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonBody;
import io.weir.platform.http.MaskedBody;
import io.weir.platform.http.OncePost;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.http.RequestIdentity;
import io.weir.platform.http.Reservations;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Spend;
import io.weir.platform.work.IdempotentAnswer;
import io.weir.platform.work.Sent;
import io.weir.review.handler.Events;
import io.weir.review.handler.JobEstimate;
import io.weir.review.store.Job;
import io.weir.review.store.JobStatus;
import io.weir.review.store.JobStore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The routes under {@code /jobs}, and the numbers. Thread-safe. */
public final class JobRoutes {
  private static final int MOST_LISTED = 100;

  private final JobStore store;
  private final OncePost once;
  private final Reservations reservations;
  private final JobEstimate estimate;
  private final int maxContent;
  private final int maxBody;
  private final Clock clock;

  /**
   * The routes over {@code store}.
   *
   * @param maxContent most bytes of a file or a log
   * @param maxBody most bytes of a request
   */
  public JobRoutes(
      JobStore store,
      OncePost once,
      Reservations reservations,
      JobEstimate estimate,
      int maxContent,
      int maxBody,
      Clock clock) {
    this.store = store;
    this.once = once;
    this.reservations = reservations;
    this.estimate = estimate;
    this.maxContent = maxContent;
    this.maxBody = maxBody;
    this.clock = clock;
  }

  public void addTo(HttpApi api) {
    api.on(Routes.JOBS_ENQUEUE, this::enqueue)
        .on(Routes.JOBS_OF_USER, this::ofUser)
        .on(Routes.JOBS_GET, this::get)
        .on(Routes.QUEUE_INFO, this::queueInfo)
        .on(Routes.STATS, this::stats);
  }

  private void enqueue(ServerRequest request, ServerResponse response) throws InterruptedException {
    byte[] body = JsonBody.bytes(request, maxBody);
    EnqueueRequest wanted = EnqueueRequest.of(JsonBody.parse(body), maxContent);
    MaskedBody.note(request, response, wanted.secrets().size());
    var _ = Caller.actingFor(request, Optional.of(wanted.userId()));
    String correlation = RequestIdentity.of(request).correlationId();
    OncePost.Done done =
        once.once(request, body, attempt -> accepted(job(wanted, attempt.workId(), correlation)));
    OncePost.send(response, done.answer());
  }

  private IdempotentAnswer accepted(Job job) throws InterruptedException {
    Optional<Sent> sent = insert(job);
    ObjectNode answer =
        Json.mapper()
            .createObjectNode()
            .put("success", true)
            .put("job_id", job.id())
            .put("message_id", job.id())
            .put("status", "enqueued");
    if (sent.isPresent() && sent.get() instanceof Sent.Published(var sequences)) {
      answer.put("sequence", sequences.getFirst());
    }
    return OncePost.json(202, answer, Map.of());
  }

  private void get(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = request.path().pathParameters().get("id");
    Job job =
        store
            .find(id)
            .filter(found -> Caller.of(request).mayActFor(found.userId()))
            .orElseThrow(() -> new ProblemException(Problem.notFound("there is no job " + id)));
    Json.send(response, 200, JobJson.full(job));
  }

  private void ofUser(ServerRequest request, ServerResponse response) throws InterruptedException {
    int limit = Fields.readQuery(request, query -> query.integer("limit", 20, 1, MOST_LISTED));
    String user =
        Caller.actingFor(request, Optional.of(request.path().pathParameters().get("user_id")));
    ObjectNode answer = Json.mapper().createObjectNode();
    answer.put("user_id", Redaction.ofLog(user));
    var jobs = answer.putArray("jobs");
    store.ofUser(user, limit).forEach(job -> jobs.add(JobJson.brief(job)));
    Json.send(response, 200, answer);
  }

  private void queueInfo(ServerRequest request, ServerResponse response)
      throws InterruptedException {
    ObjectNode answer = Json.mapper().createObjectNode();
    answer.set("unfinished", Json.mapper().valueToTree(store.waitingByPriority()));
    Json.send(response, 200, answer);
  }

  private void stats(ServerRequest request, ServerResponse response) throws InterruptedException {
    ObjectNode answer = Json.mapper().createObjectNode();
    answer.set("jobs", Json.mapper().valueToTree(store.countByStatus()));
    Json.send(response, 200, answer);
  }

  /** Stores a new job once there is room for it; one that is there was charged when it came. */
  private Optional<Sent> insert(Job job) throws InterruptedException {
    if (store.find(job.id()).isPresent()) {
      return Optional.empty();
    }
    Charge charge = reservations.reserve(job.userId(), job.id(), estimate.of(job));
    try {
      Optional<Sent> sent = store.insert(job.with(charge), Events.announcement(job));
      if (sent.isEmpty()) {
        reservations.giveBack(charge);
      }
      return sent;
    } catch (InvalidMessageException e) {
      reservations.giveBack(charge);
      throw e;
    }
  }

  private Job job(EnqueueRequest wanted, String id, String correlationId) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    return new Job(
        id,
        wanted.userId(),
        wanted.type(),
        wanted.priority(),
        JobStatus.PENDING,
        wanted.filePath(),
        wanted.content(),
        wanted.language(),
        wanted.repoId(),
        wanted.errorLog(),
        wanted.metadata(),
        wanted.secrets(),
        correlationId,
        Optional.empty(),
        List.of(),
        0,
        "",
        0,
        now,
        now,
        Optional.empty(),
        Optional.empty(),
        Spend.NONE);
  }
}
