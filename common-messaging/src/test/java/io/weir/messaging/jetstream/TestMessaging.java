package io.weir.messaging.jetstream;

import com.google.protobuf.StringValue;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.Nats;
import io.weir.localstack.NatsServer;
import io.weir.messaging.Codec;
import io.weir.messaging.Outgoing;
import io.weir.messaging.ProtobufCodec;
import io.weir.messaging.Subject;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.runtime.Component;
import io.weir.testsupport.TestNats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real server with messaging on it, and a stream of work and one of results: anew for each test
 * of the class that registers it, and gone after it.
 */
final class TestMessaging implements AfterEachCallback {
  static final SubjectTemplate WORK = new SubjectTemplate("work.{key}");
  static final SubjectTemplate RESULT = new SubjectTemplate("result.{key}");
  static final StreamSpec WORK_STREAM = StreamSpec.workQueue("WORK", WORK);
  static final StreamSpec RESULT_STREAM =
      StreamSpec.events("RESULTS", Duration.ofHours(1), RESULT).withMaxBytes(64L << 20);
  static final Codec<StringValue> CODEC =
      ProtobufCodec.of(
          StringValue.getDefaultInstance(),
          message -> message.getValue().isEmpty() ? List.of("value: required") : List.of());
  static final ConsumerSpec SPEC =
      ConsumerSpec.of("WORK", "worker").withAckWait(Duration.ofSeconds(2));

  final Path folder;
  final NatsServer server;
  final Messaging messaging;
  final Connection observer;
  private final Deque<Component> parts = new ArrayDeque<>();

  TestMessaging() {
    try {
      folder = Files.createTempDirectory("messaging");
      server = NatsServer.start(folder);
      messaging = messaging("test");
      messaging.streams(WORK_STREAM, RESULT_STREAM).start();
      observer =
          Nats.connect(
              new io.nats.client.Options.Builder()
                  .server(server.url())
                  .connectionTimeout(TestNats.PATIENCE)
                  .maxReconnects(-1)
                  .reconnectWait(Duration.ofMillis(50))
                  .build());
    } catch (Exception e) {
      throw new IllegalStateException("messaging for a test could not be started", e);
    }
  }

  Messaging messaging(String service) throws InterruptedException {
    return started(
        new Messaging(
            service,
            BrokerSettings.local(server.url()),
            new SimpleMeterRegistry(),
            Clock.systemUTC()));
  }

  <T extends Component> T started(T part) throws InterruptedException {
    try {
      part.start();
    } catch (InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    parts.push(part);
    return part;
  }

  void publish(String key, String value) {
    messaging.publisher().publish(message(WORK.with(key), value, value));
  }

  static Outgoing message(Subject subject, String id, String value) {
    return Outgoing.of(subject, id, CODEC, StringValue.of(value), "corr-" + id);
  }

  long stored(String stream) throws Exception {
    return observer.jetStreamManagement().getStreamInfo(stream).getStreamState().getMsgCount();
  }

  long ackPending() throws Exception {
    return observer.jetStreamManagement().getConsumerInfo("WORK", "worker").getNumAckPending();
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    try {
      while (!parts.isEmpty()) {
        Component part = parts.pop();
        part.drain(Duration.ofSeconds(2));
        part.close();
      }
      observer.close();
    } finally {
      server.close();
      delete();
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
