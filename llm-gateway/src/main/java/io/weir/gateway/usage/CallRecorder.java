package io.weir.gateway.usage;

import com.google.protobuf.Timestamp;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.gateway.catalogue.ModelTable;
import io.weir.gateway.catalogue.Price;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.Candidate;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.QuestionText;
import io.weir.gateway.pipeline.StreamText;
import io.weir.gateway.pipeline.Usage;
import io.weir.platform.llm.TokenCounter;
import io.weir.proto.v1.LlmUsage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Makes one record of each call to a provider: noted before it is made, told when it has ended.
 * Thread-safe; one {@link OpenCall} is for one thread.
 */
public final class CallRecorder {
  /** Nobody pays for what has no model. */
  private static final String OFFLINE = "offline";

  /** Of JSON with English words; only what a killed call leaves behind is told by it. */
  private static final int BYTES_OF_A_TOKEN = 4;

  private final UsageSpool spool;
  private final ModelTable models;
  private final TokenCounter tokens;
  private final Clock clock;
  private final MeterRegistry meters;

  // To look a meter up in the registry takes longer than to count with it.
  private final Map<End, Counter> ends = new ConcurrentHashMap<>();
  private final Map<String, Counter> costs = new ConcurrentHashMap<>();

  /** Calls that are counted together. */
  private record End(String provider, String outcome) {}

  public CallRecorder(
      UsageSpool spool, ModelTable models, TokenCounter tokens, Clock clock, MeterRegistry meters) {
    this.meters = meters;
    this.spool = spool;
    this.models = models;
    this.tokens = tokens;
    this.clock = clock;
  }

  /** Whether a call can be noted now; else it must not be made. */
  public Optional<Failure> refusal() {
    return spool.full()
        ? Optional.of(
            new Failure(
                Failure.Kind.PROVIDER_UNREACHABLE,
                503,
                "The gateway can't tell anybody what calls cost, and has kept as much of it as it"
                    + " may: NATS is away.",
                null,
                "usage_spool_full",
                Duration.ofSeconds(10)))
        : Optional.empty();
  }

  /** The most that so many tokens may cost, whichever of {@code candidates} answers. */
  public long mostMicros(List<Candidate> candidates, long input, long output) {
    Instant now = clock.instant();
    return candidates.stream()
        .mapToLong(who -> price(who, now).costMicros(new Usage(input, output, 0)))
        .max()
        .orElse(0);
  }

  /**
   * A call is about to be made.
   *
   * @param bytes of the request's body
   * @param question the body, asked for only if its tokens have to be counted here
   */
  public OpenCall begin(
      Asker asker, Candidate who, int bytes, Supplier<byte[]> question, Hold hold) {
    return begin(CallIds.next(), asker, who, bytes, question, hold);
  }

  /** The same under an id that somebody else has noted as well. */
  public OpenCall begin(
      String id, Asker asker, Candidate who, int bytes, Supplier<byte[]> question, Hold hold) {
    Instant now = clock.instant();
    long guess = Math.ceilDiv(bytes, BYTES_OF_A_TOKEN);
    LlmUsage.Builder call =
        told(id, asker, who, now)
            .setChargeId(hold.charge())
            .setOutcome(Outcomes.UNKNOWN)
            .setEstimated(true)
            .setInputTokens(guess)
            .setCostMicroUsd(price(who, now).costMicros(new Usage(guess, 0, 0)));
    var open = new OpenCall(call, question, hold, now);
    if (!who.provider().equals(OFFLINE)) {
      spool.begin(call.build());
      hold.calls();
    }
    return open;
  }

  /**
   * A request was answered from the cache: {@code who} had answered before, and nothing is paid.
   */
  public void cached(Asker asker, Candidate who) {
    ended(who.provider(), Outcomes.CACHED).increment();
    spool.end(
        told(CallIds.next(), asker, who, clock.instant()).setOutcome(Outcomes.CACHED).build());
  }

  private static LlmUsage.Builder told(String id, Asker asker, Candidate who, Instant at) {
    return LlmUsage.newBuilder()
        .setRequestId(id)
        .setProvider(who.provider())
        .setModel(who.model())
        .setKeyId(asker.key())
        .setUserId(asker.user())
        .setCorrelationId(asker.correlationId())
        .setEndpoint(asker.endpoint())
        .setTimestamp(timestamp(at));
  }

  /** A call that is noted and has not ended. */
  public final class OpenCall {
    private final LlmUsage.Builder call;
    private final Supplier<byte[]> question;
    private final Hold hold;
    private final Instant begun;
    private boolean told;

    private OpenCall(LlmUsage.Builder call, Supplier<byte[]> question, Hold hold, Instant begun) {
      this.call = call;
      this.question = question;
      this.hold = hold;
      this.begun = begun;
    }

    /**
     * It was answered, and the answer has not ended yet; {@code said} is counted when the provider
     * did not tell the tokens.
     */
    public void answered(Optional<Usage> usage, Said said) {
      tell(Outcomes.OK, usage, said);
    }

    /** It failed. */
    public void failed(Failure failure, Optional<Usage> usage, Said said) {
      String outcome = Outcomes.of(failure, usage.isPresent() || !said.text().isEmpty());
      if (outcome.equals(Outcomes.ERROR)) {
        tell(outcome, Optional.of(Usage.NONE), said);
      } else {
        tellSoon(outcome, usage, said);
      }
    }

    /** It goes on at the provider: whoever finds its end tells it. */
    public void goesOn() {
      spool.goesOn(call.getRequestId());
      hold.goesOn();
    }

    /** Its caller left. */
    public void cancelled(Optional<Usage> usage, Said said) {
      tellSoon(Outcomes.CANCELLED, usage, said);
    }

    /**
     * Nobody waits for it: its tokens have to be counted first, and the tokenizer may have to be
     * loaded. Until it is told the journal has it as unknown.
     */
    private void tellSoon(String outcome, Optional<Usage> usage, Said said) {
      if (!told) {
        Thread.ofVirtual().name("usage-estimate").start(() -> tell(outcome, usage, said));
      }
    }

    private void tell(String outcome, Optional<Usage> counted, Said said) {
      if (told || call.getProvider().equals(OFFLINE)) {
        return;
      }
      told = true;
      ended(call.getProvider(), outcome).increment();
      Instant now = clock.instant();
      Optional<Usage> found = counted.filter(some -> some.total() > 0);
      Usage usage = found.map(some -> whole(some, outcome, said)).orElseGet(() -> estimate(said));
      boolean nothing = counted.isPresent() && outcome.equals(Outcomes.ERROR);
      if (nothing) {
        usage = Usage.NONE;
      }
      long cost = price(new Candidate(call.getProvider(), call.getModel()), now).costMicros(usage);
      hold.used(usage.total(), cost);
      cost(call.getProvider()).increment((double) cost);
      spool.end(
          call.setOutcome(outcome)
              .setEstimated(!nothing && !found.equals(Optional.of(usage)))
              .setInputTokens(usage.input())
              .setCachedTokens(usage.cached())
              .setCacheWriteTokens(usage.cacheWrites())
              .setOutputTokens(usage.output())
              .setCostMicroUsd(cost)
              .setLatencyMillis(Duration.between(begun, now).toMillis())
              .setTimestamp(timestamp(now))
              .build());
    }

    /** Of an answer that did not end its provider has told the beginning's tokens at most. */
    private Usage whole(Usage found, String outcome, Said said) {
      return outcome.equals(Outcomes.OK)
          ? found
          : new Usage(
              found.input(),
              Math.max(found.output(), count(said)),
              found.cached(),
              found.cacheWrites());
    }

    private Usage estimate(Said said) {
      return new Usage(tokens.count(QuestionText.of(question.get())), count(said), 0);
    }

    private long count(Said said) {
      return Math.round(tokens.count(said.text()) * said.share());
    }
  }

  /**
   * The words of an answer, as far as they came.
   *
   * @param share how much longer the whole is
   */
  public record Said(String text, double share) {
    public static final Said NOTHING = new Said("", 1);

    /** The words of a whole answer in JSON. */
    public static Said of(byte[] answer) {
      var text = new StreamText();
      text.add(answer);
      return new Said(text.text(), text.share());
    }
  }

  private Counter ended(String provider, String outcome) {
    return ends.computeIfAbsent(
        new End(provider, outcome),
        alike ->
            Counter.builder("weir.llm.purchases")
                .description("Calls of providers by how they end in the ledger.")
                .tags("provider", alike.provider(), "outcome", alike.outcome())
                .register(meters));
  }

  private Counter cost(String provider) {
    return costs.computeIfAbsent(
        provider,
        name ->
            Counter.builder("weir.llm.cost")
                .baseUnit("microdollars")
                .description("What calls of providers cost, by the price table.")
                .tags("provider", name)
                .register(meters));
  }

  private Price price(Candidate who, Instant at) {
    return models.price(who.provider(), who.model(), LocalDate.ofInstant(at, ZoneOffset.UTC));
  }

  private static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}
