package io.weir.review;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.MessageInfo;
import io.weir.localstack.MongoWireServer;
import io.weir.localstack.NatsServer;
import io.weir.localstack.Undertaker;
import io.weir.messaging.deadletter.DeadLetter;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.runtime.SettingsReader;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.proto.v1.ReviewEvent;
import io.weir.proto.v1.ReviewJob;
import io.weir.testsupport.Await;
import io.weir.testsupport.ScriptedLlm;
import io.weir.testsupport.TestNats;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** What a worker works with, all real but the model, and looks into it. */
final class RealParts implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Undertaker undertaker = Undertaker.start();
  private final MongoWireServer mongo = MongoWireServer.inMemory();
  private final ScriptedLlm llm = ScriptedLlm.start();
  private final Path folder;
  private final NatsServer nats;
  private final Connection connection;
  private final Mongo store;

  RealParts(Path folder) throws IOException, InterruptedException {
    this.folder = folder;
    nats = NatsServer.start(folder.resolve("nats"));
    connection = TestNats.connect(nats.url());
    store =
        new Mongo(
            MongoSettings.read(SettingsReader.of(Map.of("MONGODB_URI", mongo.uri()))),
            Clock.systemUTC());
    store.start();
  }

  ScriptedLlm llm() {
    return llm;
  }

  NatsServer nats() {
    return nats;
  }

  @Override
  public void close() throws InterruptedException {
    connection.close();
    store.close();
    nats.close();
    llm.close();
    mongo.close();
    undertaker.close();
  }

  Worker worker(String name, Map<String, String> more) throws InterruptedException {
    var settings =
        new HashMap<String, String>(
            Map.of(
                "NATS_URL",
                nats.url(),
                "MONGODB_URI",
                mongo.uri(),
                "LLM_BASE_URL",
                llm.baseUrl(),
                "LLM_CIRCUIT_OPEN_FOR",
                "1s",
                "REVIEW_ACK_WAIT",
                "4s",
                "REVIEW_CLAIM_LEASE",
                "3s",
                // Python's first start may take longer than a linter has by default.
                "LINTER_TIMEOUT",
                "60s"));
    settings.putAll(more);
    return new Worker(folder.resolve(name), undertaker, settings);
  }

  /** The workers' store. */
  Mongo store() {
    return store;
  }

  /** Announces a job once more, as another message. */
  void announce(String id, String userId) throws IOException, JetStreamApiException {
    var _ =
        connection
            .jetStream()
            .publish(
                "review.jobs.normal.review",
                ReviewJob.newBuilder()
                    .setJobId(id)
                    .setUserId(userId)
                    .setJobType("review")
                    .setPriority("normal")
                    .setCorrelationId("again-" + id)
                    .build()
                    .toByteArray());
  }

  Document stored(String id) throws InterruptedException {
    return store
        .first(store.collection("jobs").find(new Document("_id", id)).first())
        .orElseThrow();
  }

  ReviewEvent event(String id, String status) throws InterruptedException {
    String subject = "review.events." + id + "." + status;
    MessageInfo found =
        Await.value(
            "event " + subject,
            PATIENCE,
            () -> connection.jetStreamManagement().getLastMessage("REVIEW_EVENTS", subject));
    try {
      return ReviewEvent.parseFrom(found.getData());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  void replay(String id) throws InterruptedException {
    var messaging =
        new Messaging(
            "operator",
            BrokerSettings.read(SettingsReader.of(Map.of("NATS_URL", nats.url()))),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    try {
      DeadLetter letter =
          messaging.deadLetters().list(0, 100).stream()
              .filter(found -> found.headers().containsValue(List.of(id)))
              .findFirst()
              .orElseThrow();
      assertTrue(messaging.deadLetters().replay(letter.sequence()).isPresent());
    } finally {
      messaging.close();
    }
  }

  long messages(String stream) throws IOException, JetStreamApiException {
    return connection.jetStreamManagement().getStreamInfo(stream).getStreamState().getMsgCount();
  }

  int messagesOn(String subject) throws IOException, JetStreamApiException {
    return connection
        .jetStreamManagement()
        .getStreamInfo(
            "REVIEW_EVENTS", io.nats.client.api.StreamInfoOptions.filterSubjects(subject))
        .getStreamState()
        .getSubjectMap()
        .getOrDefault(subject, 0L)
        .intValue();
  }
}
