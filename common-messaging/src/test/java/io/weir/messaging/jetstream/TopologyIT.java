package io.weir.messaging.jetstream;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.AckPolicy;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StreamConfiguration;
import io.weir.localstack.NatsServer;
import io.weir.messaging.SubjectTemplate;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of streams and consumers that a server already has, on a real one. */
@Timeout(60)
final class TopologyIT {
  private static final SubjectTemplate WORK = new SubjectTemplate("work.{key}");
  private static final SubjectTemplate MORE = new SubjectTemplate("more.{key}");
  private static final StreamSpec STREAM = StreamSpec.workQueue("WORK", WORK).withMaxBytes(1 << 20);
  private static final StreamSpec EVENTS =
      StreamSpec.events("EVENTS", Duration.ofHours(1), WORK, MORE).withMaxBytes(1 << 20);

  @TempDir Path folder;
  private NatsServer server;
  private Broker broker;
  private Topology topology;
  private JetStreamManagement management;

  @BeforeEach
  void start() throws Exception {
    server = NatsServer.start(folder);
    broker = new Broker("test", BrokerSettings.local(server.url()), new SimpleMeterRegistry());
    broker.start();
    topology = new Topology(broker);
    management = broker.management();
  }

  @AfterEach
  void stop() {
    broker.close();
    server.close();
  }

  private static String refused(org.junit.jupiter.api.function.Executable change, String... parts) {
    String said = String.valueOf(assertThrows(TopologyRefusedException.class, change).getMessage());
    for (String part : parts) {
      assertTrue(said.contains(part), said);
    }
    return said;
  }

  private ConsumerConfiguration consumer(String stream, String durable) throws Exception {
    return management.getConsumerInfo(stream, durable).getConsumerConfiguration();
  }

  private void publish(String... subjects) throws Exception {
    for (String subject : subjects) {
      var _ = broker.jetStream().publish(subject, "x".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void aStreamIsChangedInPlaceAndKeepsItsMessagesAndWhatAnOperatorAdded() throws Exception {
    topology.ensure(STREAM);
    publish("work.a", "work.b");
    management.updateStream(
        StreamConfiguration.builder(management.getStreamInfo("WORK").getConfiguration())
            .description("of the operator")
            .maxMessages(1000)
            .build());

    topology.ensure(STREAM.withMaxBytes(2 << 20));

    var info = management.getStreamInfo("WORK");
    assertEquals(2 << 20, info.getConfiguration().getMaxBytes());
    assertEquals(2, info.getStreamState().getMsgCount());
    assertEquals("of the operator", info.getConfiguration().getDescription());
    assertEquals(1000, info.getConfiguration().getMaxMsgs());
  }

  @Test
  void aStreamThatAcknowledgesNothingIsMended() throws Exception {
    topology.ensure(STREAM);
    management.updateStream(
        StreamConfiguration.builder(management.getStreamInfo("WORK").getConfiguration())
            .noAck(true)
            .build());
    topology.ensure(STREAM);
    publish("work.a");
    assertEquals(1, management.getStreamInfo("WORK").getStreamState().getMsgCount());
  }

  @Test
  void storageAndRetentionAreRefusedWithOldAndNewValue() throws Exception {
    topology.ensure(STREAM);
    refused(
        () -> topology.ensure(STREAM.in(StreamSpec.Storage.MEMORY)),
        "stream WORK",
        "storage is file -> memory");
    refused(
        () -> topology.ensure(StreamSpec.events("WORK", Duration.ZERO, WORK).withMaxBytes(1 << 20)),
        "stream WORK",
        "retention is workqueue -> limits");
  }

  @Test
  void subjectsOfAnotherStreamAreNamedWithIt() throws Exception {
    topology.ensure(STREAM);
    String said =
        refused(() -> topology.ensure(EVENTS), "stream EVENTS", "work.* is", "WORK [work.*]");
    assertTrue(!said.contains("more.* is"), said);
    // The same for one that is there and shall get more subjects.
    topology.ensure(StreamSpec.events("EVENTS", Duration.ofHours(1), MORE).withMaxBytes(1 << 20));
    refused(() -> topology.ensure(EVENTS), "stream EVENTS", "work.* is", "WORK [work.*]");
    assertEquals(
        List.of("more.*"), management.getStreamInfo("EVENTS").getConfiguration().getSubjects());
  }

  @Test
  void aChangeThatTheServerRefusesNamesTheChange() throws Exception {
    topology.ensure(STREAM);
    refused(
        () -> topology.ensure(STREAM.withMaxBytes(1L << 50)),
        "stream WORK",
        "insufficient storage",
        "max_bytes 1048576 -> 1125899906842624");
  }

  @Test
  void aConsumerIsChangedInPlaceAndKeepsItsPosition() throws Exception {
    topology.ensure(EVENTS);
    ConsumerSpec spec = ConsumerSpec.of("EVENTS", "reader");
    topology.ensure(spec);
    publish("work.a", "work.b", "work.c");
    var first = requireNonNull(broker.jetStream().getConsumerContext("EVENTS", "reader").next());
    first.ackSync(Duration.ofSeconds(5));

    topology.ensure(spec.withAckWait(Duration.ofSeconds(7)));

    assertEquals(Duration.ofSeconds(7), consumer("EVENTS", "reader").getAckWait());
    assertEquals(2, management.getConsumerInfo("EVENTS", "reader").getNumPending());
  }

  @Test
  void aBackOffListThatWouldReplaceTheAckWaitIsRemoved() throws Exception {
    topology.ensure(EVENTS);
    management.addOrUpdateConsumer(
        "EVENTS",
        ConsumerConfiguration.builder()
            .durable("reader")
            .ackPolicy(AckPolicy.Explicit)
            .backoff(Duration.ofSeconds(1), Duration.ofSeconds(2))
            .maxDeliver(5)
            .description("of the operator")
            .build());
    topology.ensure(ConsumerSpec.of("EVENTS", "reader"));
    ConsumerConfiguration now = consumer("EVENTS", "reader");
    assertTrue(now.getBackoff().isEmpty(), now::toJson);
    assertEquals(-1, now.getMaxDeliver());
    assertEquals(Duration.ofSeconds(30), now.getAckWait());
    assertEquals("of the operator", now.getDescription());
  }

  @Test
  void anotherStartIsRefusedWithOldAndNewValueAndChangesNothing() throws Exception {
    topology.ensure(EVENTS);
    ConsumerSpec spec = ConsumerSpec.of("EVENTS", "reader");
    topology.ensure(spec);
    String before = consumer("EVENTS", "reader").toJson();
    refused(
        () -> topology.ensure(spec.startingAt(ConsumerSpec.StartAt.NEW)),
        "consumer reader of stream EVENTS",
        "deliver_policy is all -> new",
        "another durable name");
    assertEquals(before, consumer("EVENTS", "reader").toJson());
  }

  @Test
  void aConsumerThatIsPushedToOrThatAcksByItselfIsRefused() throws Exception {
    topology.ensure(EVENTS);
    management.addOrUpdateConsumer(
        "EVENTS",
        ConsumerConfiguration.builder()
            .durable("pushed")
            .ackPolicy(AckPolicy.Explicit)
            .deliverSubject("deliver.here")
            .build());
    refused(
        () -> topology.ensure(ConsumerSpec.of("EVENTS", "pushed")),
        "consumer pushed of stream EVENTS",
        "deliver_subject is deliver.here -> none");
    management.addOrUpdateConsumer(
        "EVENTS",
        ConsumerConfiguration.builder().durable("careless").ackPolicy(AckPolicy.None).build());
    refused(
        () -> topology.ensure(ConsumerSpec.of("EVENTS", "careless")),
        "ack_policy is none -> explicit");
  }

  @Test
  void aFilterIsChangedInPlace() throws Exception {
    topology.ensure(EVENTS);
    ConsumerSpec spec = ConsumerSpec.of("EVENTS", "reader");
    topology.ensure(spec.filteredBy(WORK));
    topology.ensure(spec.filteredBy(MORE));
    assertEquals(List.of("more.*"), consumer("EVENTS", "reader").getFilterSubjects());
    topology.ensure(spec);
    List<String> none = consumer("EVENTS", "reader").getFilterSubjects();
    assertTrue(none == null || none.isEmpty(), String.valueOf(none));
  }

  @Test
  void severalFiltersAreForServersThatHaveThem() throws Exception {
    topology.ensure(EVENTS);
    ConsumerSpec both = ConsumerSpec.of("EVENTS", "both").filteredBy(WORK, MORE);
    if (server.binary().isAtLeast(2, 10)) {
      topology.ensure(both);
      topology.ensure(both);
      assertEquals(
          List.of("more.*", "work.*"),
          requireNonNull(consumer("EVENTS", "both").getFilterSubjects()).stream()
              .sorted()
              .toList());
    } else {
      refused(
          () -> topology.ensure(both),
          "consumer both of stream EVENTS",
          "2.10 or newer",
          server.binary().version());
    }
  }

  @Test
  void aSecondReaderOfAWorkQueueLearnsOfTheFirst() throws Exception {
    topology.ensure(STREAM);
    topology.ensure(ConsumerSpec.of("WORK", "first"));
    refused(
        () -> topology.ensure(ConsumerSpec.of("WORK", "second")),
        "consumer second of stream WORK",
        "first reads all");
  }

  @Test
  void aConsumerOfAStreamThatIsNotThereSaysWhich() {
    refused(
        () -> topology.ensure(ConsumerSpec.of("NOWHERE", "reader")),
        "consumer reader of stream NOWHERE",
        "stream not found");
  }
}
