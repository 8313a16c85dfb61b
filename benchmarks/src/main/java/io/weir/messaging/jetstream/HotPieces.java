package io.weir.messaging.jetstream;

import io.nats.client.impl.NatsJetStreamMetaData;
import io.nats.client.impl.NatsMessage;
import io.opentelemetry.api.OpenTelemetry;
import io.weir.messaging.flow.KeyedOrder;
import io.weir.messaging.flow.Permits;
import io.weir.messaging.flow.PullPlan;
import io.weir.messaging.flow.PullState;
import io.weir.messaging.trace.TracedMessage;
import io.weir.messaging.trace.Tracing;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What is done for each message, by itself. In the library's package: these are not public. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HotPieces {
  private static final String REPLY =
      "$JS.ACK.REVIEW_JOBS.review-worker.1.123456.123456.1763750000000000000.7890";
  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final NatsMessage message = new OfAStream();
  private final List<ConsumerSpec> lanes = List.of(ConsumerSpec.of("REVIEW_JOBS", "review-worker"));
  private final Tracing tracing = new Tracing(OpenTelemetry.noop());
  private final TracedMessage traced = new TracedMessage("work.1", "work.{key}", "w", "m", "c");
  private final Map<String, String> withContext = Map.of("traceparent", TRACEPARENT);
  private final KeyedOrder<String> order = new KeyedOrder<>(8, Duration.ofSeconds(6));
  private final Permits permits = new Permits(1_000);
  private final PullState pulls =
      new PullState(
          permits,
          PullPlan.single(),
          new PullState.Ends() {
            @Override
            public void ended(long id) {}

            @Override
            public void givenUp(long id) {}
          },
          Duration.ofSeconds(2),
          0);
  private final HeaderGuard guard = new HeaderGuard();
  private final byte[] wire = wire();
  private long pull;
  private long sequence;

  /** The client makes such messages only of what it has read. */
  private static final class OfAStream extends NatsMessage {
    OfAStream() {
      super("work.1", REPLY, new byte[] {1});
    }

    @Override
    public boolean isJetStream() {
      return true;
    }
  }

  private static byte[] wire() {
    String head =
        "NATS/1.0\r\nNats-Msg-Id: in-256-12345\r\ntraceparent: " + TRACEPARENT + "\r\n\r\n";
    String line =
        "HMSG _INBOX.abcdefgh.1 7 %s %d %d\r\n"
            .formatted(REPLY, head.length(), head.length() + 256);
    return (line + head + "x".repeat(256) + "\r\n").getBytes(StandardCharsets.US_ASCII);
  }

  @Benchmark
  public Object acknowledgementSubject() {
    return AckReply.parse(REPLY, lanes);
  }

  @Benchmark
  public Object acknowledgementSubjectByJnats() {
    return new NatsJetStreamMetaData(message);
  }

  @Benchmark
  public void headerGuard() {
    guard.pass(wire, 0, wire.length);
  }

  /** A message comes and is settled, and now and then the next pull is made. */
  @Benchmark
  public boolean pullStateStep() {
    var ask = pulls.next(0);
    if (ask.isPresent()) {
      pull = ask.get().id();
    }
    boolean arrived = pulls.arrived(pull, 0);
    pulls.released(permits.released(), 0);
    return arrived;
  }

  @Benchmark
  public Object keyedOrder() {
    Object place = order.arrived("key", ++sequence, "message", sequence);
    var _ = order.finished("key", sequence);
    return place;
  }

  @Benchmark
  public String tracingWithContext() throws Exception {
    return tracing.process(() -> traced, withContext, () -> "done");
  }

  @Benchmark
  public String tracingWithoutContext() throws Exception {
    return tracing.process(() -> traced, Map.of(), () -> "done");
  }
}
