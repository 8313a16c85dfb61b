package io.weir.review.http;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.messaging.InvalidMessageException;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.Caller;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.Json;
import io.weir.platform.http.JsonBody;
import io.weir.platform.http.OncePost;
import io.weir.platform.http.Problem;
import io.weir.platform.http.ProblemException;
import io.weir.platform.http.Reservations;
import io.weir.platform.usage.Charge;
import io.weir.platform.work.IdempotentAnswer;
import io.weir.review.handler.Events;
import io.weir.review.handler.JobAccounts;
import io.weir.review.handler.JobEstimate;
import io.weir.review.store.Job;
import io.weir.review.store.JobControl;
import io.weir.review.store.JobStatus;
import io.weir.review.store.JobStore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/** {@code POST /jobs/{id}/cancel} and {@code /retry}. Thread-safe. */
public final class JobActions {
  private static final int LONGEST_BODY = 1024;
  private static final int TRIES = 3;

  private final JobStore store;
  private final JobControl control;
  private final JobAccounts accounts;
  private final Reservations reservations;
  private final JobEstimate estimate;
  private final OncePost once;
  private final Clock clock;

  public JobActions(
      JobStore store,
      JobControl control,
      JobAccounts accounts,
      Reservations reservations,
      JobEstimate estimate,
      OncePost once,
      Clock clock) {
    this.store = store;
    this.control = control;
    this.accounts = accounts;
    this.reservations = reservations;
    this.estimate = estimate;
    this.once = once;
    this.clock = clock;
  }

  public void addTo(HttpApi api) {
    api.on(Routes.JOBS_CANCEL, this::cancel).on(Routes.JOBS_RETRY, this::retry);
  }

  private void cancel(ServerRequest request, ServerResponse response) throws InterruptedException {
    byte[] body = JsonBody.bytes(request, LONGEST_BODY);
    String id = own(request, store).id();
    OncePost.send(response, once.once(request, body, _ -> cancelled(id)).answer());
  }

  private void retry(ServerRequest request, ServerResponse response) throws InterruptedException {
    byte[] body = JsonBody.bytes(request, LONGEST_BODY);
    String id = own(request, store).id();
    OncePost.send(
        response,
        once.once(request, body, attempt -> retried(id, "retry:" + attempt.workId())).answer());
  }

  /**
   * The job that the path names.
   *
   * @throws ProblemException 404 when there is none, or it is somebody else's
   */
  static Job own(ServerRequest request, JobStore store) throws InterruptedException {
    String id = request.path().pathParameters().get("id");
    return store
        .find(id)
        .filter(found -> Caller.of(request).mayActFor(found.userId()))
        .orElseThrow(() -> noJob(id));
  }

  private static ProblemException noJob(String id) {
    return new ProblemException(Problem.notFound("there is no job " + id));
  }

  private IdempotentAnswer cancelled(String id) throws InterruptedException {
    for (int i = 0; i < TRIES; i++) {
      Job job = store.find(id).orElseThrow(() -> noJob(id));
      boolean ended = job.status() == JobStatus.CANCELLED;
      if (!ended && job.status().isFinal()) {
        throw conflict("the job has ended as %s".formatted(job.status().wireName()));
      }
      Instant now = now();
      if (ended || control.cancel(job, now, Events.cancelled(job, now))) {
        var _ = accounts.end(id);
        return answer(200, id, "cancelled", job.runs());
      }
    }
    throw conflict("the job changes too often just now; try again");
  }

  private IdempotentAnswer retried(String id, String because) throws InterruptedException {
    Job job = store.find(id).orElseThrow(() -> noJob(id));
    if (control.wasRetried(id, because)) {
      return answer(202, id, "enqueued", job.runs());
    }
    if (job.status() != JobStatus.FAILED && job.status() != JobStatus.CANCELLED) {
      throw conflict(
          "only a job that failed or was cancelled can be tried again; this one is %s"
              .formatted(job.status().wireName()));
    }
    // What it has cost so far is counted by the charge that it had.
    Job settled = accounts.end(id).orElseThrow(() -> noJob(id));
    Charge charge = reservations.reserve(settled.userId(), id, estimate.of(settled));
    int attempt = settled.runs() + 1;
    try {
      if (control.retry(settled, because, charge, now(), Events.again(settled, attempt))) {
        return answer(202, id, "enqueued", attempt);
      }
    } catch (InvalidMessageException e) {
      reservations.giveBack(charge);
      throw e;
    }
    reservations.giveBack(charge);
    throw conflict("somebody else has opened the job again meanwhile");
  }

  private static IdempotentAnswer answer(int status, String id, String state, int attempt) {
    return OncePost.json(
        status,
        Json.mapper()
            .createObjectNode()
            .put("success", true)
            .put("job_id", id)
            .put("status", state)
            .put("attempt", attempt),
        Map.of());
  }

  private static ProblemException conflict(String detail) {
    return new ProblemException(Problem.conflict(detail));
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
