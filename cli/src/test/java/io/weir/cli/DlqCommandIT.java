package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.weir.localstack.FreePorts;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.NatsServer;
import io.weir.messaging.Codec;
import io.weir.messaging.Delivery;
import io.weir.messaging.Outcome;
import io.weir.messaging.Outgoing;
import io.weir.messaging.ProtobufCodec;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Consumer;
import io.weir.messaging.jetstream.ConsumerOptions;
import io.weir.messaging.jetstream.ConsumerSpec;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.StreamSpec;
import io.weir.proto.Contracts;
import io.weir.proto.v1.ContextEnrichRequest;
import io.weir.testsupport.Await;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole life of poisoned messages as an operator leads it from the shell. */
class DlqCommandIT {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final SubjectTemplate REQUEST = new SubjectTemplate("context.enrich.request");
  // Publishes what the other refuses: the poison.
  private static final Codec<ContextEnrichRequest> UNCHECKED =
      ProtobufCodec.of(ContextEnrichRequest.getDefaultInstance(), message -> List.of());
  private static final Codec<ContextEnrichRequest> CHECKED =
      ProtobufCodec.of(ContextEnrichRequest.getDefaultInstance(), Contracts::violations);

  private record Ran(int exit, String out, String err) {}

  @TempDir Path folder;
  private NatsServer server;
  private Messaging messaging;
  private Consumer<ContextEnrichRequest> consumer;
  private final ConcurrentLinkedQueue<String> handled = new ConcurrentLinkedQueue<>();

  @BeforeEach
  void start() throws Exception {
    server = NatsServer.start(folder.resolve("nats"));
    messaging =
        new Messaging(
            "enricher",
            BrokerSettings.local(server.url()),
            new SimpleMeterRegistry(),
            Clock.systemUTC());
    messaging.start();
    messaging.streams(StreamSpec.workQueue("CONTEXT_REQUESTS", REQUEST)).start();
    consumer =
        messaging.consumer(
            ConsumerSpec.of("CONTEXT_REQUESTS", "enricher"),
            CHECKED,
            this::handle,
            ConsumerOptions.DEFAULT);
    consumer.start();
  }

  private Outcome handle(Delivery<ContextEnrichRequest> delivery) {
    handled.add(delivery.payload().getCampaignId());
    return Outcome.done();
  }

  @AfterEach
  void stop() throws Exception {
    consumer.drain(Duration.ofSeconds(1));
    consumer.close();
    messaging.close();
    server.close();
  }

  private Ran weir(Map<String, String> environment, String... arguments) {
    var all = new HashMap<String, String>();
    all.put("NATS_URL", server.url());
    all.put("WEIR_HOME", folder.resolve("home").toString());
    all.putAll(environment);
    var out = new StringWriter();
    var err = new StringWriter();
    int exit =
        Weir.commandLine(new HostEnvironment(all))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  private Ran weir(String... arguments) {
    return weir(Map.of(), arguments);
  }

  private static JsonNode json(Ran ran) throws Exception {
    return new ObjectMapper().readTree(ran.out());
  }

  /** Requests without a campaign, which their contract wants. */
  private void poison(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      messaging
          .publisher()
          .publish(
              Outgoing.of(
                  REQUEST.with(),
                  "poison-" + i,
                  UNCHECKED,
                  ContextEnrichRequest.newBuilder().setLocale("de-DE").setRegion("DE").build(),
                  "corr-" + i));
    }
    Await.until("the letters", PATIENCE, () -> json(weir("dlq", "list", "--json")).size() == count);
  }

  private Path file(String text) throws Exception {
    return Files.writeString(folder.resolve("mended.json"), text);
  }

  @Test
  void aPoisonedMessageIsSeenMendedSentAndDone() throws Exception {
    poison(1);
    Ran list = weir("dlq", "list");
    assertEquals(0, list.exit(), list::toString);
    assertTrue(list.out().contains("CONTEXT_REQUESTS/enricher"), list::out);
    assertTrue(list.out().contains("campaign_id: required"), list::out);
    assertTrue(weir("dlq", "list", "--summary").out().contains("1 in all"));

    Ran show = weir("dlq", "show", "1");
    assertEquals(0, show.exit(), show::toString);
    assertTrue(show.out().contains("\"locale\": \"de-DE\""), show::out);
    assertTrue(show.out().contains("as weir.v1.ContextEnrichRequest"), show::out);
    assertTrue(show.out().contains("Weir-Correlation-Id: corr-0"), show::out);

    Path broken = file("{\"locale\": \"fr-FR\"}");
    Ran refused = weir("dlq", "edit", "1", "--payload-json", broken.toString());
    assertEquals(1, refused.exit());
    assertTrue(refused.err().contains("campaign_id: required"), refused::err);
    refused = weir("dlq", "edit", "1", "--payload-json", file("{\"lokale\": 1}").toString());
    assertEquals(1, refused.exit());

    Path mended = file("{\"campaignId\": \"spring\", \"locale\": \"de-DE\"}");
    Ran edit = weir("dlq", "edit", "1", "--payload-json", mended.toString());
    assertEquals(0, edit.exit(), edit::toString);
    assertEquals(1, json(weir("dlq", "list", "--json")).path(0).path("revision").asInt());

    Ran replay = weir("dlq", "replay", "1", "--json");
    assertEquals(0, replay.exit(), replay::toString);
    assertEquals("replayed", json(replay).path(0).path("outcome").asText());
    Await.until("the work", PATIENCE, () -> handled.contains("spring"));
    assertTrue(weir("dlq", "list").out().contains("No dead letters."));
    assertEquals(1, weir("dlq", "show", "1").exit());
    Ran audit = weir("dlq", "audit");
    assertTrue(audit.out().contains("edited") && audit.out().contains("replayed"), audit::out);
    assertTrue(audit.out().contains(System.getProperty("user.name") + "@"), audit::out);
  }

  @Test
  void rubbishThatNamesNoTypeIsMendedAsJsonThatItsConsumerReads() throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write(
              "CONNECT {\"verbose\":false}\r\nPUB context.enrich.request 3\r\n!!!\r\nPING\r\n"
                  .getBytes(StandardCharsets.UTF_8));
      assertTrue(socket.getInputStream().read() >= 0);
      Await.until("the letter", PATIENCE, () -> json(weir("dlq", "list", "--json")).size() == 1);
    }
    String mended = file("{\"campaignId\":\"spring\",\"locale\":\"de-DE\"}").toString();
    assertEquals(0, weir("dlq", "edit", "1", "--payload-json", mended).exit());
    assertEquals(0, weir("dlq", "replay", "1").exit());
    Await.until("the handler", PATIENCE, () -> handled.contains("spring"));
    assertEquals(0, json(weir("dlq", "list", "--json")).size());
  }

  @Test
  void theEditorShowsTheJsonFormAndWhatItLeavesIsStored() throws Exception {
    poison(1);
    Ran edit =
        weir(Map.of("EDITOR", "sed -i 's/{/{\"campaignId\": \"summer\",/'"), "dlq", "edit", "1");
    assertEquals(0, edit.exit(), edit::toString);
    JsonNode letter = json(weir("dlq", "show", "1", "--json"));
    assertEquals("summer", letter.path("payload").path("campaignId").asText());
    assertEquals("DE", letter.path("payload").path("region").asText());
    assertEquals(1, weir(Map.of("EDITOR", "true"), "dlq", "edit", "1").exit(), "no change");
    assertEquals(1, weir(Map.of("EDITOR", "false"), "dlq", "edit", "1").exit(), "editor failed");
    assertEquals(1, letter.path("revision").asInt());
  }

  @Test
  void manyAreReplayedByFilterAndTheRestStays() throws Exception {
    poison(5);
    Path mended = file("{\"campaignId\": \"spring\", \"locale\": \"de-DE\"}");
    for (int id = 1; id <= 3; id++) {
      assertEquals(
          0, weir("dlq", "edit", "" + id, "--payload-json", mended.toString()).exit(), "" + id);
      assertEquals(0, weir("dlq", "edit", "" + id, "--set-header", "X-Mended=yes").exit());
    }
    String[] mendedOnes = {"dlq", "replay", "--header", "X-Mended=yes", "--all"};
    Ran dry = weir("dlq", "replay", "--header", "X-Mended=yes", "--all", "--dry-run");
    assertTrue(dry.out().contains("3 would be replayed"), dry::toString);
    Ran run = weir(mendedOnes);
    assertEquals(0, run.exit(), run::toString);
    assertTrue(run.out().contains("3 of 3 replayed, 0 failed"), run::out);
    Await.until("the work", PATIENCE, () -> handled.size() == 3);
    assertEquals(2, json(weir("dlq", "list", "--json")).size());
    assertEquals(1, weir("dlq", "replay", "--resume").exit(), "nothing was stopped");
  }

  @Test
  void discardingAsksFirstAndNeedsATerminalForIt() throws Exception {
    poison(3);
    Ran refused = weir("dlq", "discard", "1");
    assertEquals(2, refused.exit(), refused::toString);
    assertTrue(refused.err().contains("--yes"), refused::err);
    assertEquals(0, weir("dlq", "discard", "1", "--yes").exit());
    assertEquals(1, weir("dlq", "discard", "1", "--yes").exit(), "there is none any more");
    Ran all = weir("dlq", "discard", "--class", "invalid", "--all", "--yes", "--json");
    assertEquals(0, all.exit(), all::toString);
    assertEquals(2, json(all).path("done").asInt());
    assertEquals(0, json(weir("dlq", "list", "--json")).size());
  }

  @Test
  void whatCanNotBeMeantIsRefusedWithExitCodeTwo() {
    for (String[] wrong :
        List.of(
            new String[] {"dlq"},
            new String[] {"dlq", "replay"},
            new String[] {"dlq", "replay", "1", "--all"},
            new String[] {"dlq", "replay", "--all", "--rate", "-1"},
            new String[] {"dlq", "replay", "--limit", "0"},
            new String[] {"dlq", "list", "--since", "yesterday"},
            new String[] {"dlq", "show", "first"},
            new String[] {"dlq", "edit", "1", "--payload", "a", "--payload-json", "b"})) {
      Ran ran = weir(wrong);
      assertEquals(2, ran.exit(), () -> String.join(" ", wrong) + ran);
    }
  }

  @Test
  void aServerThatIsAwayIsNamedWithWhatToDo() {
    Ran away = weir(Map.of("NATS_URL", "nats://127.0.0.1:" + FreePorts.one()), "dlq", "list");
    assertEquals(1, away.exit());
    assertTrue(away.err().contains("does not answer"), away::err);
    Ran unknown = weir(Map.of("NATS_URL", ""), "dlq", "list");
    assertEquals(1, unknown.exit());
    assertTrue(unknown.err().contains("./weir up"), unknown::err);
    Ran wrong = weir(Map.of("NATS_URL", "http://x"), "dlq", "list");
    assertEquals(1, wrong.exit(), wrong::toString);
    assertFalse(wrong.err().contains("\tat "), wrong::err);
  }

  @Test
  void statusShowsStreamsConsumersAndLettersAlsoWhereNoServicesRun() throws Exception {
    poison(2);
    Ran status = weir("status");
    assertEquals(1, status.exit(), "no platform runs here");
    assertTrue(status.out().contains("CONTEXT_REQUESTS/enricher"), status::out);
    assertTrue(status.out().contains("invalid"), status::out);
    JsonNode all = json(weir("status", "--json"));
    assertEquals("ok", all.path("nats").path("status").asText());
    assertEquals(2, all.path("nats").path("deadLetters").path(0).path("letters").asInt());
    Ran away = weir(Map.of("NATS_URL", "nats://127.0.0.1:" + FreePorts.one()), "status");
    assertTrue(away.out().contains("NATS is away"), away::toString);
  }
}
