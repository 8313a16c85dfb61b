package io.weir.benchmarks.measure;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.api.ConsumerConfiguration;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import io.weir.localstack.NatsServer;
import io.weir.messaging.Outgoing;
import io.weir.messaging.SubjectTemplate;
import io.weir.messaging.jetstream.BrokerSettings;
import io.weir.messaging.jetstream.Messaging;
import io.weir.messaging.jetstream.StreamSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * A server of its own with full streams to consume, one a size. They keep what is acknowledged, so
 * that each measurement reads the same messages through a consumer of its own.
 */
public final class Site implements AutoCloseable {
  public static final String CONTENT_TYPE = "application/x-protobuf";
  public static final String MESSAGE_TYPE = "weir.v1.Benchmark";

  private static final long MAX_BYTES = 8L << 30;
  private static final Duration DUPLICATE_WINDOW = Duration.ofMinutes(5);

  private final NatsServer server;
  private final Connection connection;
  private final Map<Integer, Long> stored = new TreeMap<>();

  public Site(Path folder) throws IOException, InterruptedException {
    this.server = NatsServer.start(folder);
    this.connection = Nats.connect(server.url());
  }

  public String url() {
    return server.url();
  }

  public String serverVersion() {
    return server.binary().version();
  }

  /** The stream that holds messages of {@code size} bytes to be consumed. */
  public static String input(int size) {
    return "IN_" + size;
  }

  public static String inputSubjects(int size) {
    return "in%d.*".formatted(size);
  }

  /** How many messages wait to be consumed. */
  public long stored(int size) {
    return stored.getOrDefault(size, 0L);
  }

  /** Where a run publishes to; {@link #makeOutput} makes the stream. */
  public static SubjectTemplate output(String run) {
    return new SubjectTemplate("out-" + run + ".{key}");
  }

  /** A payload of random bytes, as good as incompressible. */
  public static byte[] payload(int size) {
    byte[] bytes = new byte[size];
    RandomGenerator.of("L64X128MixRandom").nextBytes(bytes);
    return bytes;
  }

  /** Stores {@code count} messages of {@code size} bytes. */
  public void fill(int size, int count) throws InterruptedException {
    var messaging =
        new Messaging(
            "fill", BrokerSettings.local(url()), new SimpleMeterRegistry(), Clock.systemUTC());
    messaging.start();
    var subjects = new SubjectTemplate("in%d.{key}".formatted(size));
    var spec = StreamSpec.events(input(size), Duration.ofDays(1), subjects).withMaxBytes(MAX_BYTES);
    try {
      messaging.streams(spec).start();
      ByteString payload = ByteString.copyFrom(payload(size));
      CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
      for (int i = 0; i < count; i++) {
        String id = "in-%d-%d".formatted(size, i);
        last =
            messaging
                .publisher()
                .publishAsync(
                    new Outgoing(
                        subjects.with(String.valueOf(i % 100)),
                        id,
                        payload,
                        CONTENT_TYPE,
                        MESSAGE_TYPE,
                        "correlation-" + i));
      }
      var _ = last.join();
      messaging.drain(Duration.ofSeconds(30));
      stored.put(size, (long) count);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      messaging.close();
    }
  }

  /** Makes the stream that a run publishes to. */
  public void makeOutput(String run) throws IOException, JetStreamApiException {
    var _ =
        management()
            .addStream(
                StreamConfiguration.builder()
                    .name("OUT_" + run)
                    .subjects("out-" + run + ".>")
                    .storageType(StorageType.File)
                    .duplicateWindow(DUPLICATE_WINDOW)
                    .maxBytes(MAX_BYTES)
                    .build());
  }

  /** Removes what a run has published. */
  public void removeOutput(String run) throws IOException, JetStreamApiException {
    var _ = management().deleteStream("OUT_" + run);
  }

  /** Makes a consumer of the messages of {@code size} bytes. */
  public void makeConsumer(int size, ConsumerConfiguration consumer)
      throws IOException, JetStreamApiException {
    var _ = management().addOrUpdateConsumer(input(size), consumer);
  }

  /** Removes the consumer of a run; one that never came to be is none. */
  public void removeConsumer(int size, String run) throws IOException, JetStreamApiException {
    if (management().getConsumerNames(input(size)).contains(run)) {
      var _ = management().deleteConsumer(input(size), run);
    }
  }

  /**
   * Messages that the server delivered more than once in a run, and that nobody has acknowledged
   * since: 0 when a run was in order.
   */
  public long redelivered(int size, String run) throws IOException, JetStreamApiException {
    return management().getConsumerInfo(input(size), run).getRedelivered();
  }

  private JetStreamManagement management() throws IOException {
    return connection.jetStreamManagement();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    server.close();
  }
}
