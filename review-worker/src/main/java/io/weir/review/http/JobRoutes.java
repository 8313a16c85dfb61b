package io.weir.review.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.platform.http.Fields;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonBody;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.http.RequestIdentity;
import io.weir.platform.work.Sent;
import io.weir.review.handler.Events;
import io.weir.review.store.Job;
import io.weir.review.store.JobStatus;
import io.weir.review.store.JobStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The routes under {@code /jobs}, and the numbers. Thread-safe. */
public final class JobRoutes {
  private static final int MOST_LISTED = 100;
  private static final int LONGEST_KEY = 200;

  private final JobStore store;
  private final int maxContent;
  private final int maxBody;
  private final Clock clock;

  /**
   * The routes over {@code store}.
   *
   * @param maxContent most bytes of a file or a log
   * @param maxBody most bytes of a request
   */
  public JobRoutes(JobStore store, int maxContent, int maxBody, Clock clock) {
    this.store = store;
    this.maxContent = maxContent;
    this.maxBody = maxBody;
    this.clock = clock;
  }

  public void addTo(HttpApi api) {
    api.post("/jobs/enqueue", "jobs_enqueue", this::enqueue)
        .get("/jobs/user/{user_id}", "jobs_of_user", this::ofUser)
        .get("/jobs/{id}", "jobs_get", this::get)
        .get("/queue/info", "queue_info", this::queueInfo)
        .get("/stats", "stats", this::stats);
  }

  private void enqueue(ServerRequest request, ServerResponse response) throws InterruptedException {
    ObjectNode body = JsonBody.read(request, maxBody);
    EnqueueRequest wanted = EnqueueRequest.of(body, maxContent);
    Job job =
        job(wanted, jobId(request, wanted.userId()), RequestIdentity.of(request).correlationId());
    Optional<Sent> sent = store.insert(job, Events.announcement(job));
    if (sent.isEmpty()) {
      refuseOther(job);
    }
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
    Json.send(response, 202, answer);
  }

  private void get(ServerRequest request, ServerResponse response) throws InterruptedException {
    String id = request.path().pathParameters().get("id");
    Job job =
        store
            .find(id)
            .orElseThrow(() -> new ProblemException(Problem.notFound("there is no job " + id)));
    Json.send(response, 200, JobJson.full(job));
  }

  private void ofUser(ServerRequest request, ServerResponse response) throws InterruptedException {
    int limit = Fields.readQuery(request, query -> query.integer("limit", 20, 1, MOST_LISTED));
    String user = request.path().pathParameters().get("user_id");
    ObjectNode answer = Json.mapper().createObjectNode().put("user_id", user);
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
        Optional.empty());
  }

  // The same key of the same user names the same job: what was lost on the way may be sent again.
  private static String jobId(ServerRequest request, String userId) {
    Optional<String> key = request.headers().first(HeaderNames.create("Idempotency-Key"));
    if (key.isEmpty()) {
      return UUID.randomUUID().toString();
    }
    if (key.get().isBlank() || key.get().length() > LONGEST_KEY) {
      throw new ProblemException(
          Problem.badRequest("Idempotency-Key: wanted are 1 to " + LONGEST_KEY + " characters"));
    }
    String name = userId.length() + ":" + userId + key.get();
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private void refuseOther(Job job) throws InterruptedException {
    Optional<Job> first = store.find(job.id());
    if (first.isPresent()
        && !(first.get().submission().equals(job.submission())
            && first.get().userId().equals(job.userId())
            && first.get().metadata().equals(job.metadata()))) {
      throw new ProblemException(
          Problem.conflict(
              "the Idempotency-Key was used for another job before; use a new one for new work"));
    }
  }
}
