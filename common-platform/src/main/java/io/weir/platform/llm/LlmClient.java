package io.weir.platform.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.ObjectMappers;
import com.openai.core.RequestOptions;
import com.openai.core.Timeout;
import com.openai.errors.OpenAIException;
import com.openai.models.ResponseFormatJsonSchema;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.messaging.runtime.Component;
import io.weir.messaging.runtime.Secret;
import io.weir.messaging.trace.Tracing;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a model over the OpenAI protocol, blocking. Transient failures are tried again within the
 * call's deadline, under the same idempotency key. Thread-safe; meant for virtual threads.
 */
public final class LlmClient implements Component {
  private static final Logger log = LoggerFactory.getLogger(LlmClient.class);
  private static final String OFFLINE_MODEL = "offline";
  private static final int ATTEMPTS = 3;
  private static final Duration FIRST_DELAY = Duration.ofMillis(500);

  /** A longer wait is the caller's to decide: its message goes back to the stream meanwhile. */
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);

  private final LlmSettings settings;
  private final OpenAIClient client;
  private final MeterRegistry meters;
  private final Clock clock;
  private final RandomGenerator random;
  private final CountDownLatch closed = new CountDownLatch(1);

  /** Connects to nothing yet. */
  public LlmClient(
      LlmSettings settings, MeterRegistry meters, Clock clock, RandomGenerator random) {
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.random = random;
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
    ChatCompletionCreateParams sample =
        parameters(
            LlmCall.of("system", "user", 1, "warm-up", clock.instant())
                .withTemperature(0)
                .withSchema("warm_up", JsonNodeFactory.instance.objectNode()));
    try {
      String _ = ObjectMappers.jsonMapper().writeValueAsString(sample._body());
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
   * Asks the endpoint for its models, which costs nothing; for probing whether it is back.
   *
   * @throws DependencyUnavailableException when it can't be reached or says 503
   */
  public void probe() throws InterruptedException {
    try {
      var _ = client.models().list(options(settings.connectTimeout().multipliedBy(2)));
    } catch (OpenAIException e) {
      passOnInterrupt();
      if (LlmFailures.sorted(e) instanceof DependencyUnavailableException away) {
        throw away;
      }
    }
  }

  /**
   * The answer to {@code call}.
   *
   * @throws DependencyUnavailableException ({@code llm}) when the endpoint can't be reached or has
   *     no model that works: not this call's fault
   * @throws LlmTransientException when this call failed and may succeed later
   * @throws LlmRejectedException when this call will never succeed as it is
   */
  public LlmAnswer complete(LlmCall call) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      long begun = System.nanoTime();
      String became = "failed";
      try {
        LlmAnswer answer = attempt(call);
        became = answer instanceof LlmAnswer.Completed ? "completed" : "offline_only";
        return answer;
      } catch (LlmTransientException e) {
        became = "transient";
        Duration delay = e.retryAfter().orElseGet(backoff(attempt));
        boolean hopeless =
            attempt == ATTEMPTS
                || delay.compareTo(LONGEST_DELAY) > 0
                || clock.instant().plus(delay).isAfter(call.deadline());
        log.atWarn()
            .addKeyValue("attempt", attempt)
            .addKeyValue("reason", e.getMessage())
            .addKeyValue("again", !hopeless)
            .log("model call failed");
        if (hopeless || closed.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
          throw e;
        }
      } catch (DependencyUnavailableException e) {
        became = "unavailable";
        throw e;
      } catch (LlmRejectedException e) {
        became = "rejected";
        throw e;
      } finally {
        Timer.builder("weir.llm.client.calls")
            .description("Model calls of this service, an attempt each, by what became of them.")
            .tag("outcome", became)
            .register(meters)
            .record(Duration.ofNanos(System.nanoTime() - begun));
      }
    }
  }

  private LlmAnswer attempt(LlmCall call) throws InterruptedException {
    Duration left = Duration.between(clock.instant(), call.deadline());
    if (!left.isPositive()) {
      throw new LlmTransientException(
          "the deadline passed before the model was called", Optional.empty(), null);
    }
    Duration limit = left.compareTo(settings.timeout()) < 0 ? left : settings.timeout();
    try {
      return answer(client.chat().completions().create(parameters(call), options(limit)));
    } catch (OpenAIException e) {
      passOnInterrupt();
      if (LlmFailures.isOfflineOnly(e)) {
        return new LlmAnswer.OfflineOnly(String.valueOf(e.getMessage()));
      }
      throw LlmFailures.sorted(e);
    }
  }

  private static LlmAnswer answer(ChatCompletion completion) {
    String model = completion.model();
    if (model.equals(OFFLINE_MODEL) || model.startsWith(OFFLINE_MODEL + ":")) {
      return new LlmAnswer.OfflineOnly("answered without a model");
    }
    String text =
        completion.choices().stream()
            .findFirst()
            .flatMap(choice -> choice.message().content())
            .orElse("");
    if (text.isBlank()) {
      throw new LlmTransientException(model + " answered nothing", Optional.empty(), null);
    }
    var usage =
        completion
            .usage()
            .map(
                used ->
                    new LlmAnswer.Usage(
                        used.promptTokens(), used.completionTokens(), used.totalTokens()))
            .orElse(new LlmAnswer.Usage(0, 0, 0));
    log.atDebug()
        .addKeyValue("model", model)
        .addKeyValue("total_tokens", usage.totalTokens())
        .log("model answered");
    return new LlmAnswer.Completed(text, model, usage);
  }

  private ChatCompletionCreateParams parameters(LlmCall call) {
    var parameters =
        ChatCompletionCreateParams.builder()
            .model(call.model().or(settings::model).orElse("auto"))
            .maxCompletionTokens(call.maxTokens())
            .putAdditionalHeader("Idempotency-Key", call.idempotencyKey());
    if (!call.correlationId().isEmpty()) {
      parameters.putAdditionalHeader("x-correlation-id", call.correlationId());
    }
    Tracing.captured().forEach(parameters::putAdditionalHeader);
    if (!call.system().isEmpty()) {
      parameters.addSystemMessage(call.system());
    }
    call.user().forEach(parameters::addUserMessage);
    call.temperature().ifPresent(parameters::temperature);
    call.schema().ifPresent(schema -> parameters.responseFormat(format(schema)));
    return parameters.build();
  }

  private static ResponseFormatJsonSchema format(LlmCall.Schema wanted) {
    var schema = ResponseFormatJsonSchema.JsonSchema.Schema.builder();
    wanted
        .schema()
        .properties()
        .forEach(
            property ->
                schema.putAdditionalProperty(
                    property.getKey(), JsonValue.fromJsonNode(property.getValue())));
    return ResponseFormatJsonSchema.builder()
        .jsonSchema(
            ResponseFormatJsonSchema.JsonSchema.builder()
                .name(wanted.name())
                .strict(true)
                .schema(schema.build())
                .build())
        .build();
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

  private Supplier<Duration> backoff(int attempt) {
    return () -> {
      long most = FIRST_DELAY.toMillis() << (2 * (attempt - 1));
      return Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
    };
  }

  /** The client reports an interrupt as one more I/O failure. */
  private static void passOnInterrupt() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted during a model call");
    }
  }
}
