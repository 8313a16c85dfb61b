package io.weir.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.weir.localstack.FreePorts;
import io.weir.localstack.MongoProcess;
import io.weir.localstack.NatsServer;
import io.weir.localstack.ServiceLaunch;
import io.weir.localstack.ServiceProcess;
import io.weir.localstack.Undertaker;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import io.weir.testsupport.ScriptedLlm;
import io.weir.testsupport.TestNats;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A review worker that dies at once, without a word, in the middle of its job. */
final class WorkerKilledIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String ANSWER =
      """
      {"summary": "one finding", "findings": []}
      """;

  @TempDir Path folder;
  private final Undertaker undertaker = Undertaker.start();
  private NatsServer nats;
  private MongoProcess mongo;
  private ScriptedLlm model;
  private ServiceProcess worker;
  private Connection observer;

  @BeforeEach
  void start() throws Exception {
    nats = NatsServer.start(folder.resolve("nats"));
    mongo =
        MongoProcess.start(
            Checkout.root(),
            folder.resolve("mongo"),
            FreePorts.one(),
            folder.resolve("mongo.log"),
            undertaker);
    mongo.awaitReady(PATIENCE);
    model = ScriptedLlm.start();
    worker =
        ServiceProcess.start(
            ServiceLaunch.of(Checkout.root(), "review-worker", folder.resolve("worker"))
                .with("NATS_URL", nats.url())
                .with("MONGODB_URI", mongo.uri())
                // Short, so that the dead worker's job comes back soon.
                .with("REVIEW_ACK_WAIT", "3s")
                .with("REVIEW_CLAIM_LEASE", "2s")
                .with("LLM_BASE_URL", model.baseUrl()),
            PATIENCE);
    observer = TestNats.connect(nats.url());
  }

  @AfterEach
  void stop() throws Exception {
    observer.close();
    worker.close();
    model.close();
    mongo.close();
    nats.close();
    undertaker.close();
  }

  @Test
  void aJobInTheMiddleOfWhichItsWorkerIsKilledIsDoneOnce() throws Exception {
    model.byDefault(new Mood.Silent());
    JsonNode accepted = enqueue();
    String job = accepted.path("job_id").asText();
    model.awaitRequest(0, PATIENCE);
    worker.kill();

    model.byDefault(new Mood.Answer(ANSWER));
    worker.restart(PATIENCE);
    Api api = new Api(worker.url());
    JsonNode done =
        Await.value(
            "the job's end",
            PATIENCE,
            () -> {
              JsonNode seen = api.get("/jobs/" + job).json();
              return seen.path("status").asText().equals("completed") ? seen : null;
            });
    assertTrue(done.path("results").path("findings").isArray(), done::toPrettyString);

    JetStreamManagement streams = observer.jetStreamManagement();
    Await.until(
        "an empty work queue",
        PATIENCE,
        () -> streams.getStreamInfo("REVIEW_JOBS").getStreamState().getMsgCount() == 0);
    Map<String, Long> events =
        streams
            .getStreamInfo(
                "REVIEW_EVENTS",
                io.nats.client.api.StreamInfoOptions.filterSubjects("review.events." + job + ".>"))
            .getStreamState()
            .getSubjectMap();
    assertEquals(1L, events.get("review.events." + job + ".completed"), events::toString);
    assertEquals(
        0,
        streams.getStreamInfo("DEAD_LETTERS").getStreamState().getMsgCount(),
        "a killed worker is no fault of the message");
    var keys =
        model.requests("/v1/chat/completions").stream()
            .map(request -> request.header("Idempotency-Key").orElse(""))
            .distinct()
            .toList();
    assertEquals(1, keys.size(), "the second call could not be told from the first: " + keys);
  }

  private JsonNode enqueue() throws Exception {
    var body = JsonNodeFactory.instance.objectNode();
    body.put("user_id", "alice");
    body.put("job_type", "review");
    body.put("file_path", "app.py");
    body.put("file_content", "import os\n\n\ndef f(x):\n    return y\n");
    Api.Answer answer = new Api(worker.url()).post("/jobs/enqueue", body);
    assertEquals(202, answer.status(), answer::toString);
    return answer.json();
  }
}
