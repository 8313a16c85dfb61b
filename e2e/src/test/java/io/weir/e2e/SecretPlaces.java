package io.weir.e2e;

import io.nats.client.Connection;
import io.nats.client.api.StreamState;
import io.nats.client.impl.Headers;
import io.weir.localstack.LocalStack;
import io.weir.localstack.StackService;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.TestNats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.bson.Document;

/** Looks for secrets in all that a platform writes, shows and sends, and notes every hit. */
final class SecretPlaces {
  private static final List<String> COLLECTIONS =
      List.of(
          "jobs", "breadcrumbs", "context_packs", "enrich_requests", "idempotency_keys", "users");

  private final List<String> hits = new ArrayList<>();

  /** Where which were found, a line a place; empty when nowhere. */
  String hits() {
    return String.join("\n", hits);
  }

  void in(String place, String text, Needles needles) {
    note(place, needles.in(text));
  }

  /**
   * What a running platform shows to whoever asks, and its documents.
   *
   * @param kept what is looked for where answers are kept for an idempotency key
   */
  void inPages(LocalStack stack, SecretInputs client, Needles needles, Needles kept)
      throws Exception {
    for (StackService service : StackService.values()) {
      for (String path : List.of("/metrics", "/metrics.json", "/health", "/health/ready")) {
        in(service + path, client.get(service, path), needles);
      }
    }
    for (String collection : COLLECTIONS) {
      Needles wanted = collection.equals("idempotency_keys") ? kept : needles;
      in("MongoDB's " + collection, documents(stack, collection), wanted);
    }
  }

  /**
   * What a platform that has stopped leaves on disk.
   *
   * @param kept what is looked for in the store's files
   * @param streamed what is looked for in JetStream's files
   */
  void inFiles(Path home, Needles needles, Needles kept, Needles streamed) throws Exception {
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = home.relativize(file).toString();
        Needles wanted =
            name.contains("jetstream/") ? streamed : name.startsWith("mongo/") ? kept : needles;
        note(name, wanted.in(Files.readAllBytes(file)));
      }
    }
  }

  /** What the service has said of messages that it buried; the messages themselves are theirs. */
  void inDeadLetters(String natsUrl, Needles needles) throws Exception {
    try (Connection nats = TestNats.connect(natsUrl)) {
      var streams = nats.jetStreamManagement();
      StreamState state = streams.getStreamInfo("DEAD_LETTERS").getStreamState();
      for (long at = state.getFirstSequence(); at <= state.getLastSequence(); at++) {
        Headers headers =
            Objects.requireNonNull(streams.getMessage("DEAD_LETTERS", at).getHeaders());
        for (String name : headers.keySet()) {
          if (name.startsWith("Weir-Dead-")) {
            in("dead letters' " + name, String.join("\n", headers.get(name)), needles);
          }
        }
      }
    }
  }

  private void note(String place, Set<String> found) {
    if (!found.isEmpty()) {
      hits.add(place + ": " + found);
    }
  }

  private static String documents(LocalStack stack, String collection) throws InterruptedException {
    var mongo =
        new Mongo(
            new MongoSettings(stack.mongodbUri(), "weir", 4, Duration.ofSeconds(10)),
            Clock.systemUTC());
    mongo.start();
    try {
      var all = new StringBuilder();
      for (Document document : mongo.all(mongo.collection(collection).find())) {
        all.append(document.toJson()).append('\n');
      }
      return all.toString();
    } finally {
      mongo.close();
    }
  }
}
