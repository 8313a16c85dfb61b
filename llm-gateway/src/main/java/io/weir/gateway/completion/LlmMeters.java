package io.weir.gateway.completion;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Usage;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** What calls to models cost in time and tokens. Thread-safe. */
public final class LlmMeters {
  // 0.01 s doubled up to 81.92 s: the buckets that the GenAI conventions of OpenTelemetry advise.
  private static final Duration[] BUCKETS =
      IntStream.rangeClosed(0, 13)
          .mapToObj(power -> Duration.ofMillis(10L << power))
          .toArray(Duration[]::new);

  // 1 times 4 up to 67,108,864, as the same conventions advise.
  private static final double[] TOKEN_BUCKETS =
      IntStream.rangeClosed(0, 13).mapToDouble(power -> Math.pow(4, power)).toArray();

  /** Only chats are streamed. */
  static final String CHAT = "chat";

  static final String EMBEDDINGS = "embeddings";

  private final MeterRegistry meters;

  // To look a meter up in the registry takes longer than to count with it.
  private final Map<Calls, CallMeters> calls = new ConcurrentHashMap<>();
  private final Map<Tokens, Counter> tokens = new ConcurrentHashMap<>();
  private final Map<Tokens, DistributionSummary> tokensOfCalls = new ConcurrentHashMap<>();
  private final Map<Candidate, Timer> chunks = new ConcurrentHashMap<>();
  private final Map<Candidate, FirstMeters> firsts = new ConcurrentHashMap<>();

  /** Calls that are counted together. */
  private record Calls(String operation, Candidate who, String outcome) {}

  private record CallMeters(Counter calls, Timer duration, Timer conventional) {}

  private record FirstMeters(Timer token, Timer conventional) {}

  /** Tokens that are counted together. */
  private record Tokens(String operation, Candidate who, String type) {}

  public LlmMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  /**
   * Notes a call that has ended.
   *
   * @param operation what was asked for, in the conventions' words: {@code chat}, {@code
   *     embeddings}
   * @param outcome {@code ok} or the kind of failure
   */
  void call(String operation, Candidate who, String outcome, Duration duration, Usage usage) {
    CallMeters alike =
        calls.computeIfAbsent(new Calls(operation, who, outcome), this::metersOfCalls);
    alike.calls().increment();
    alike.duration().record(duration);
    tokens(new Tokens(operation, who, "input"), usage.input());
    tokens(new Tokens(operation, who, "output"), usage.output());
    alike.conventional().record(duration);
  }

  private CallMeters metersOfCalls(Calls alike) {
    Candidate who = alike.who();
    return new CallMeters(
        Counter.builder("weir.llm.calls")
            .description("Calls to models by provider, model and outcome.")
            .tags("provider", who.provider(), "model", who.model(), "outcome", alike.outcome())
            .register(meters),
        Timer.builder("weir.llm.call.duration")
            .description("Time from a call to a model to the end of its answer.")
            .tags("provider", who.provider(), "model", who.model())
            .serviceLevelObjectives(BUCKETS)
            .register(meters),
        conventional("gen_ai.client.operation.duration", alike.operation(), who)
            .description("Time from a call to a model to its end, by OpenTelemetry's conventions.")
            .tag("error.type", alike.outcome().equals("ok") ? "" : alike.outcome())
            .register(meters));
  }

  /** Notes the time between two events of a stream. */
  void chunk(Candidate who, Duration duration) {
    chunks.computeIfAbsent(who, this::timerOfChunks).record(duration);
  }

  private Timer timerOfChunks(Candidate who) {
    return conventional("gen_ai.client.operation.time_per_output_chunk", CHAT, who)
        .description("Time between two events of a stream, by OpenTelemetry's conventions.")
        .register(meters);
  }

  private static Timer.Builder conventional(String name, String operation, Candidate who) {
    return Timer.builder(name)
        .tags(
            "gen_ai.operation.name",
            operation,
            "gen_ai.provider.name",
            who.provider(),
            "gen_ai.request.model",
            who.model())
        .serviceLevelObjectives(BUCKETS);
  }

  /** Notes when the first event of a stream came. */
  void firstToken(Candidate who, Duration duration) {
    FirstMeters alike = firsts.computeIfAbsent(who, this::metersOfFirsts);
    alike.token().record(duration);
    alike.conventional().record(duration);
  }

  private FirstMeters metersOfFirsts(Candidate who) {
    return new FirstMeters(
        Timer.builder("weir.llm.first.token")
            .description("Time from a call to a model to the first event of its stream.")
            .tags("provider", who.provider(), "model", who.model())
            .serviceLevelObjectives(BUCKETS)
            .register(meters),
        conventional("gen_ai.client.operation.time_to_first_chunk", CHAT, who)
            .description("Time to the first event of a stream, by OpenTelemetry's conventions.")
            .register(meters));
  }

  private void tokens(Tokens alike, long count) {
    tokens.computeIfAbsent(alike, this::counterOfTokens).increment((double) count);
    if (count > 0) {
      tokensOfCalls.computeIfAbsent(alike, this::summaryOfTokens).record((double) count);
    }
  }

  private Counter counterOfTokens(Tokens alike) {
    return Counter.builder("weir.llm.tokens")
        .description("Tokens as the providers counted them.")
        .tags(
            "provider", alike.who().provider(), "model", alike.who().model(), "type", alike.type())
        .register(meters);
  }

  private DistributionSummary summaryOfTokens(Tokens alike) {
    return DistributionSummary.builder("gen_ai.client.token.usage")
        .description("Tokens of a call, by OpenTelemetry's conventions.")
        .tags(
            "gen_ai.operation.name",
            alike.operation(),
            "gen_ai.provider.name",
            alike.who().provider(),
            "gen_ai.request.model",
            alike.who().model(),
            "gen_ai.token.type",
            alike.type())
        .serviceLevelObjectives(TOKEN_BUCKETS)
        .register(meters);
  }
}
