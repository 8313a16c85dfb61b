package io.weir.gateway.provider;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.gateway.config.ProviderConfig;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.Json;
import io.weir.gateway.pipeline.Usage;
import io.weir.gateway.pipeline.jules.Session;
import io.weir.gateway.pipeline.jules.SessionRequest;
import io.weir.gateway.upstream.UpstreamHttp;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Google's Jules, which works on a repository for minutes or hours: a durable request begins a
 * session, and is looked at again until the session has ended. Nothing is remembered here: the
 * session's title carries a mark of the request, by which it is found after a crash too.
 */
public final class Jules implements ChatProvider {
  private static final String MODEL = "jules";
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);
  private static final int MOST_PAGES = 20;
  private static final Failure DURABLE_ONLY =
      Failure.invalid(
          "Jules works for minutes or hours, so that HTTP is no way to wait for it: publish the"
              + " request on ai.llm.request and read ai.llm.response.<correlation>.",
          "model",
          "durable_only");

  private final ProviderConfig config;
  private final Endpoint endpoint;
  private final Clock clock;

  /** A page, or why there is none. */
  private sealed interface Page {
    record Read(JsonNode json) implements Page {}

    record Failed(Failure failure) implements Page {}
  }

  /** Ends the work on a request at the call that failed; never leaves this class. */
  private static final class CallFailedException extends Exception {
    private final transient Failure failure;

    CallFailedException(Failure failure) {
      super(failure.message(), null, false, false);
      this.failure = failure;
    }
  }

  public Jules(ProviderConfig config, UpstreamHttp http, Clock clock) {
    this.config = config;
    this.clock = clock;
    this.endpoint =
        new Endpoint(
            config,
            config.key().map(key -> Map.of("x-goog-api-key", key.reveal())).orElse(Map.of()),
            http,
            clock);
  }

  @Override
  public String name() {
    return config.name();
  }

  @Override
  public boolean durableOnly() {
    return true;
  }

  @Override
  public Answer complete(ChatRequest request, String model) {
    return new Answer.Failed(DURABLE_ONLY);
  }

  @Override
  public Opening open(ChatRequest request, String model) {
    return new Opening.Failed(DURABLE_ONLY);
  }

  @Override
  public List<String> fixedModels() {
    return config.models().isEmpty() ? List.of(MODEL) : config.models();
  }

  /** The models are fixed; asking shows whether Jules is there. */
  @Override
  public Models models() throws InterruptedException {
    return endpoint.get(
        "/sessions?pageSize=1", body -> new Models.Known(fixedModels()), Models.Unknown::new);
  }

  @Override
  public Answer completeDurable(ChatRequest request, String model, String workId)
      throws InterruptedException {
    return switch (SessionRequest.of(
        request, workId, config.own().source(), config.own().branch())) {
      case SessionRequest.Result.Refused(Failure failure) -> new Answer.Failed(failure);
      case SessionRequest.Result.Translated(SessionRequest wanted) -> {
        try {
          Optional<Session> found = find(wanted.mark());
          yield found.isPresent() ? look(found.get(), wanted, model) : begin(wanted);
        } catch (CallFailedException e) {
          yield new Answer.Failed(e.failure);
        }
      }
    };
  }

  private Answer begin(SessionRequest wanted) throws InterruptedException, CallFailedException {
    JsonNode json =
        read(endpoint.post("/sessions", Json.bytes(wanted.body()), this::page, Page.Failed::new));
    Session session =
        Session.of(json).orElseThrow(() -> new CallFailedException(endpoint.garbage("a session")));
    return new Answer.Failed(stillRunning(session));
  }

  private Answer look(Session session, SessionRequest wanted, String model)
      throws InterruptedException, CallFailedException {
    return switch (session.next(wanted.planByHand())) {
      case READ_ANSWER -> {
        String text = lastMessage(session, "agentMessaged", "agentMessage").orElse("");
        byte[] completion = session.completion(text, model, clock.instant());
        yield new Answer.Answered(completion, Usage.NONE);
      }
      case READ_REASON -> {
        String reason = lastMessage(session, "sessionFailed", "reason").orElse("no reason given");
        yield failed(session, "jules_failed", "the session has failed: " + reason);
      }
      case READ_QUESTION -> {
        String question = lastMessage(session, "agentMessaged", "agentMessage").orElse("");
        yield failed(
            session, "jules_awaits_feedback", "the session waits for an answer to: " + question);
      }
      case APPROVE_PLAN -> {
        var _ =
            read(
                endpoint.post(
                    "/sessions/" + session.id() + ":approvePlan",
                    "{}".getBytes(StandardCharsets.UTF_8),
                    this::page,
                    Page.Failed::new));
        yield new Answer.Failed(stillRunning(session));
      }
      case WAIT ->
          session.olderThan(config.own().maxAge(), clock.instant())
              ? failed(
                  session,
                  "jules_timed_out",
                  "the session is " + session.state() + " after " + config.own().maxAge())
              : new Answer.Failed(stillRunning(session));
    };
  }

  private Optional<Session> find(String mark) throws InterruptedException, CallFailedException {
    return search(
        "/sessions?pageSize=100",
        "sessions",
        json -> Session.of(json).filter(session -> session.title().endsWith(mark)),
        true);
  }

  /** The {@code field} of the last activity of this {@code kind}. */
  private Optional<String> lastMessage(Session session, String kind, String field)
      throws InterruptedException, CallFailedException {
    return search(
        "/sessions/" + session.id() + "/activities?pageSize=100",
        "activities",
        json -> Optional.ofNullable(json.path(kind).path(field).asText(null)),
        false);
  }

  /** The first, or else the last, item of a list in pages that {@code found} makes something of. */
  private <T> Optional<T> search(
      String path, String list, Function<JsonNode, Optional<T>> found, boolean first)
      throws InterruptedException, CallFailedException {
    Optional<T> last = Optional.empty();
    String token = "";
    for (int page = 0; page < MOST_PAGES; page++) {
      String next =
          token.isEmpty()
              ? path
              : path + "&pageToken=" + URLEncoder.encode(token, StandardCharsets.UTF_8);
      JsonNode json = read(endpoint.get(next, this::page, Page.Failed::new));
      for (JsonNode item : json.path(list)) {
        Optional<T> one = found.apply(item);
        if (one.isPresent() && first) {
          return one;
        }
        last = one.or(keep(last));
      }
      token = json.path("nextPageToken").asText("");
      if (token.isEmpty()) {
        break;
      }
    }
    return last;
  }

  private static <T> java.util.function.Supplier<Optional<T>> keep(Optional<T> last) {
    return () -> last;
  }

  private Page page(byte[] body) {
    @Nullable JsonNode json = Json.object(body).orElse(null);
    return json == null ? new Page.Failed(endpoint.garbage("JSON")) : new Page.Read(json);
  }

  private static JsonNode read(Page page) throws CallFailedException {
    return switch (page) {
      case Page.Read(JsonNode json) -> json;
      case Page.Failed(Failure failure) -> throw new CallFailedException(failure);
    };
  }

  private Failure stillRunning(Session session) {
    return Failure.stillRunning(
        "Provider '" + name() + "' is at work: session " + session.id() + " is " + session.state(),
        LOOK_AGAIN);
  }

  private Answer failed(Session session, String code, String what) {
    return new Answer.Failed(session.failure(name(), code, what));
  }
}
