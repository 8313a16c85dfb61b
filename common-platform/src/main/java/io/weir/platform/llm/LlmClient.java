package io.weir.platform.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.ObjectMappers;
import com.openai.core.RequestOptions;
import com.openai.core.Timeout;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.completions.CompletionUsage;
import io.micrometer.core.instrument.MeterRegistry;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.flow.CircuitBreaker;
import io.weir.messaging.flow.CircuitBreaker.Permit;
import io.weir.messaging.flow.CircuitOpenException;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.runtime.Secret;
import io.weir.platform.llm.LlmTransientException.Kind;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a model over the OpenAI protocol, blocking. Transient failures are tried again within the
 * call's deadline, under the same idempotency key. After five failures in a row, of whichever
 * calls, the endpoint counts as away for a while; then one call at a time tries it until one gets
 * an answer. Thread-safe; meant for virtual threads.
 */
public final class LlmClient implements Component, LanguageModel {
  private static final Logger log = LoggerFactory.getLogger(LlmClient.class);
  private static final String OFFLINE_MODEL = "offline";
  private static final int ATTEMPTS = 3;
  private static final int FAILURES_IN_A_ROW = 5;
  private static final Duration FIRST_DELAY = Duration.ofMillis(500);

  /** A longer wait is the caller's to decide: its message goes back to the stream meanwhile. */
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  private final LlmSettings settings;
  private final OpenAIClient client;
  private final CircuitBreaker circuit;
  private final LlmMeters meters;
  private final Clock clock;
  private final RandomGenerator random;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Connects to nothing yet. */
  public LlmClient(
      LlmSettings settings, MeterRegistry meters, Clock clock, RandomGenerator random) {
    this.settings = settings;
    this.meters = new LlmMeters(meters);
    this.clock = clock;
    this.random = random;
    this.circuit =
        CircuitBreaker.of(
            LlmFailures.DEPENDENCY,
            new CircuitBreaker.Settings(
                FAILURES_IN_A_ROW,
                settings.circuitOpenFor(),
                1,
                failure -> !LlmFailures.counts(failure)),
            clock,
            meters);
    this.client =
        OpenAIOkHttpClient.builder()
            .baseUrl(settings.baseUrl())
            .apiKey(settings.apiKey().map(Secret::reveal).orElse("none"))
            .maxRetries(0)
            .build();
  }

  /**
   * Makes the first call as fast as the later ones by loading what it needs; calls nobody. Takes a
   * second or two, so it belongs before readiness.
   */
  @Override
  public void start() {
    var _ =
        LlmRequest.of(
            LlmCall.of("warm-up", "start", "system", "user", 1, clock.instant())
                .withTemperature(Optional.of(0.0))
                .withSchema("warm_up", JsonNodeFactory.instance.objectNode()),
            settings.model());
    try {
      ChatCompletion _ =
          ObjectMappers.jsonMapper()
              .readValue(
                  """
                  {"id":"x","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,
                  "message":{"role":"assistant","content":"x"},"finish_reason":"stop"}],
                  "usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}
                  """,
                  ChatCompletion.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the OpenAI client cannot read its own types", e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    client.close();
  }

  /**
   * Asks the endpoint for its models, which costs nothing; for probing whether calls are worth
   * making again. Does not close the circuit, since a list of models says little about answers.
   *
   * @throws DependencyUnavailableException when it can't be reached, fails, or refuses our key, and
   *     while its circuit lets no call through
   */
  public void probe() throws InterruptedException {
    Permit permit = circuit.tryPermit().orElseThrow(this::circuitOpen);
    try {
      var _ = client.models().list(options(settings.connectTimeout().multipliedBy(2)));
    } catch (OpenAIException e) {
      passOnInterrupt();
      RuntimeException sorted = LlmFailures.sorted(e);
      permit.failed(sorted);
      if (sorted instanceof DependencyUnavailableException away) {
        throw away;
      }
      if (sorted instanceof LlmTransientException failed && failed.kind() != Kind.BUSY) {
        throw new DependencyUnavailableException(
            LlmFailures.DEPENDENCY, String.valueOf(failed.getMessage()), failed);
      }
    } finally {
      permit.ignored();
    }
  }

  @Override
  public LlmAnswer complete(LlmCall call, Bill bill) throws InterruptedException {
    if (!clock.instant().isBefore(call.deadline())) {
      throw new LlmTransientException(
          Kind.FAILED, "the deadline passed before the model was called", Optional.empty(), null);
    }
    LlmRequest request = LlmRequest.of(call, settings.model());
    Permit permit = circuit.tryPermit().orElseThrow(this::circuitOpen);
    for (int attempt = 1; ; attempt++) {
      try {
        return tried(request, call.deadline(), permit, bill);
      } catch (LlmTransientException e) {
        if (!again(e, attempt, call.deadline())) {
          throw e;
        }
        // Not as "away": a call that always fails must be found out, even when it comes alone.
        permit = circuit.tryPermit().orElseThrow(() -> e);
      }
    }
  }

  /** Waits until the next try; false when there is to be none. */
  private boolean again(LlmTransientException failure, int attempt, Instant deadline)
      throws InterruptedException {
    Duration delay = failure.retryAfter().orElseGet(() -> backoff(attempt));
    boolean worthwhile =
        attempt < ATTEMPTS
            && delay.compareTo(LONGEST_DELAY) <= 0
            && clock.instant().plus(delay).isBefore(deadline);
    log.atWarn()
        .addKeyValue("attempt", attempt)
        .addKeyValue("reason", failure.getMessage())
        .addKeyValue("again", worthwhile)
        .log("model call failed");
    return worthwhile && !closed.await(delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private LlmAnswer tried(LlmRequest request, Instant deadline, Permit permit, Bill bill)
      throws InterruptedException {
    long begun = System.nanoTime();
    String became = "failed";
    try {
      LlmAnswer answer = attempt(request, deadline, bill);
      permit.succeeded();
      became = answer instanceof LlmAnswer.Completed ? "completed" : "offline_only";
      return answer;
    } catch (RuntimeException e) {
      permit.failed(e);
      became = LlmMeters.outcome(e);
      throw e;
    } finally {
      permit.ignored();
      meters.call(became, Duration.ofNanos(System.nanoTime() - begun));
    }
  }

  private LlmAnswer attempt(LlmRequest request, Instant deadline, Bill bill)
      throws InterruptedException {
    Duration left = Duration.between(clock.instant(), deadline);
    Duration limit = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
    try {
      return answer(
          request,
          client.chat().completions().create(request.parameters(), options(atLeastOne(limit))),
          bill);
    } catch (OpenAIException e) {
      passOnInterrupt();
      if (LlmFailures.isOfflineOnly(e)) {
        return new LlmAnswer.OfflineOnly(String.valueOf(e.getMessage()));
      }
      throw LlmFailures.sorted(e);
    }
  }

  private LlmAnswer answer(LlmRequest request, ChatCompletion completion, Bill bill) {
    String model = completion.model();
    if (model.equals(OFFLINE_MODEL) || model.startsWith(OFFLINE_MODEL + ":")) {
      return new LlmAnswer.OfflineOnly("answered without a model");
    }
    // Before anything is asked of the answer: one that is of no use was paid for all the same.
    var bought =
        new Bought(
            request.purchase(completion._id().asString().orElse("")),
            model,
            completion.usage().map(LlmClient::usage).orElse(LlmUsage.NONE));
    if (bill.add(bought)) {
      meters.tokens(bought.usage());
    }
    String text =
        completion.choices().stream()
            .findFirst()
            .flatMap(choice -> choice.message().content())
            .orElse("");
    if (text.isBlank()) {
      throw new LlmTransientException(
          Kind.FAILED, model + " answered nothing", Optional.empty(), null);
    }
    log.atDebug()
        .addKeyValue("model", model)
        .addKeyValue("total_tokens", bought.usage().totalTokens())
        .log("model answered");
    return new LlmAnswer.Completed(text, model);
  }

  private static LlmUsage usage(CompletionUsage used) {
    return new LlmUsage(used.promptTokens(), used.completionTokens(), used.totalTokens());
  }

  private DependencyUnavailableException circuitOpen() {
    CircuitOpenException refusal = circuit.refusal();
    return new DependencyUnavailableException(
        LlmFailures.DEPENDENCY, String.valueOf(refusal.getMessage()), refusal);
  }

  private RequestOptions options(Duration limit) {
    return RequestOptions.builder()
        .timeout(
            Timeout.builder()
                .connect(settings.connectTimeout())
                .read(limit)
                .write(limit)
                .request(limit)
                .build())
        .build();
  }

  /** Zero would mean no limit. */
  private static Duration atLeastOne(Duration limit) {
    return limit.toMillis() < 1 ? Duration.ofMillis(1) : limit;
  }

  private Duration backoff(int attempt) {
    long most = FIRST_DELAY.toMillis() << (2 * (attempt - 1));
    return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
  }

  /** The client reports an interrupt as one more I/O failure. */
  private static void passOnInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted during a model call");
    }
  }
}
