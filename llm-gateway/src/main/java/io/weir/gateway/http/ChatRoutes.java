package io.weir.gateway.http;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.AnswerShelf.Claim;
import io.weir.gateway.completion.Completions;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.completion.KeptAnswers;
import io.weir.gateway.completion.MeteredStream;
import io.weir.gateway.completion.Stopwatch;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.pipeline.Asker;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.ErrorBody;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.RouteHints;
import io.weir.gateway.provider.ChatStream.Part;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.Caller;
import io.weir.platform.http.ClientWatch;
import io.weir.platform.http.EventOutput;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.JsonBody;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/chat/completions}, plain and streamed, and {@code POST /v1/embeddings}: what asks
 * models. A client that goes away ends the call to the provider. Thread-safe.
 */
public final class ChatRoutes {
  private static final String CHAT = Routes.CHAT_COMPLETIONS.endpoint();
  private static final String EMBEDDINGS = Routes.EMBEDDINGS.endpoint();
  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");
  private static final String WRONG_KEY =
      "The header Idempotency-Key wants 1 to 255 printable ASCII characters.";

  private final Completions completions;
  private final AnswerShelf shelf;
  private final KeptAnswers kept;
  private final RequestMeter meter;
  private final int maxBody;
  private final EventOutput.Patience patience;

  public ChatRoutes(
      Completions completions,
      AnswerShelf shelf,
      KeptAnswers kept,
      RequestMeter meter,
      GatewayConfig config) {
    this(completions, shelf, kept, meter, config, EventOutput.Patience.DEFAULT);
  }

  ChatRoutes(
      Completions completions,
      AnswerShelf shelf,
      KeptAnswers kept,
      RequestMeter meter,
      GatewayConfig config,
      EventOutput.Patience patience) {
    this.completions = completions;
    this.shelf = shelf;
    this.kept = kept;
    this.meter = meter;
    this.maxBody = config.http().maxBodyBytes();
    this.patience = patience;
  }

  /**
   * Adds the routes; their metrics are kept here, for a stream may fail after its status is sent.
   */
  public void addTo(HttpApi api) {
    api.errors("/v1/", new OpenAiErrors())
        .onUnmetered(Routes.CHAT_COMPLETIONS, this::chat)
        .onUnmetered(Routes.EMBEDDINGS, this::embeddings);
  }

  /** What is done with the body of a request. */
  private interface Admitted {
    void answer(Admission admission, byte[] body, ServerResponse response, Stopwatch watch)
        throws InterruptedException;
  }

  /**
   * A request that found a place.
   *
   * @param key its Idempotency-Key, as its user's
   */
  private record Admission(ServerRequest request, Optional<String> key) {}

  private void chat(ServerRequest request, ServerResponse response) throws InterruptedException {
    admit(request, response, CHAT, this::chat);
  }

  private void embeddings(ServerRequest request, ServerResponse response)
      throws InterruptedException {
    admit(request, response, EMBEDDINGS, this::embeddings);
  }

  private void admit(
      ServerRequest request, ServerResponse response, String endpoint, Admitted admitted)
      throws InterruptedException {
    Stopwatch watch = Stopwatch.start();
    byte[] body = JsonBody.bytes(request, maxBody);
    Optional<String> key = request.headers().first(HeaderNames.create("Idempotency-Key"));
    if (key.isPresent() && !KEY.matcher(key.get()).matches()) {
      refuse(response, endpoint, Failure.invalid(WRONG_KEY, "Idempotency-Key"), watch);
      return;
    }
    admitted.answer(
        new Admission(request, key.map(text -> ownKey(Caller.of(request), text))),
        body,
        response,
        watch);
  }

  private void chat(Admission admission, byte[] body, ServerResponse response, Stopwatch watch)
      throws InterruptedException {
    Asker asker = Askers.of(admission.request(), Routes.CHAT_COMPLETIONS);
    switch (ChatRequestReader.read(body)) {
      case ChatRequestReader.Result.Refused refused ->
          refuse(response, CHAT, refused.failure(), watch);
      case ChatRequestReader.Result.Valid(ChatRequest read) -> {
        switch (Askers.hints(admission.request())) {
          case RouteHints.Result.Refused wrong -> refuse(response, CHAT, wrong.failure(), watch);
          case RouteHints.Result.Valid(RouteHints hints) -> {
            ChatRequest chat = read.with(hints);
            if (chat.stream()) {
              stream(chat, asker, admission.key(), response, watch);
            } else {
              whole(
                  asker,
                  admission.key(),
                  chat.body(),
                  () -> completions.complete(chat, asker),
                  response,
                  watch);
            }
          }
        }
      }
    }
  }

  private void embeddings(
      Admission admission, byte[] body, ServerResponse response, Stopwatch watch)
      throws InterruptedException {
    Asker asker = Askers.of(admission.request(), Routes.EMBEDDINGS);
    switch (EmbeddingsRequest.read(body)) {
      case EmbeddingsRequest.Result.Refused(Failure failure) ->
          refuse(response, EMBEDDINGS, failure, watch);
      case EmbeddingsRequest.Result.Valid(EmbeddingsRequest texts) ->
          whole(
              asker,
              admission.key(),
              texts.body(),
              () -> completions.embed(texts, asker),
              response,
              watch);
    }
  }

  /**
   * A key as one user's: nobody else gets its answer, or learns that it was used. Neither a user's
   * name nor a key that came by HTTP has a line break in it.
   */
  static String ownKey(Principal caller, String key) {
    return caller.via() == Principal.Via.LOCAL ? key : caller.userId() + "\n" + key;
  }

  private void refuse(ServerResponse response, String endpoint, Failure failure, Stopwatch watch) {
    record(endpoint, failure.status() >= 500, watch);
    OpenAiErrors.send(response, failure);
  }

  private void whole(
      Asker asker,
      Optional<String> key,
      byte[] body,
      AnswerShelf.Asking asking,
      ServerResponse response,
      Stopwatch watch)
      throws InterruptedException {
    String endpoint = asker.endpoint();
    Reply reply;
    try {
      reply =
          ClientWatch.during(
              () ->
                  key.isPresent()
                      ? kept.once(asker.user(), endpoint, key.get(), body, asking)
                      : asking.ask());
    } catch (CloseConnectionException gone) {
      record(endpoint, true, watch);
      throw gone;
    }
    switch (reply) {
      case Reply.Answered answered -> {
        record(endpoint, false, watch);
        response
            .header(HeaderNames.CONTENT_TYPE, "application/json")
            .header("x-weir-provider", answered.by().provider())
            .send(answered.body());
      }
      case Reply.Failed failed -> refuse(response, endpoint, failed.failure(), watch);
    }
  }

  private void stream(
      ChatRequest request,
      Asker asker,
      Optional<String> key,
      ServerResponse response,
      Stopwatch watch)
      throws InterruptedException {
    if (key.isEmpty()) {
      stream(request, asker, StreamRecording.none(), response, watch);
      return;
    }
    switch (shelf.claim(key.get(), request.body())) {
      case Claim.Refused refused -> refuse(response, CHAT, refused.failure(), watch);
      case Claim.Running running ->
          refuse(
              response,
              CHAT,
              new Failure(
                  Failure.Kind.RATE_LIMITED,
                  409,
                  "A stream with this Idempotency-Key is running; its answer is stored at its end.",
                  null,
                  "idempotency_key_in_use",
                  Duration.ofSeconds(1)),
              watch);
      case Claim.Stored stored -> {
        try (EventOutput output = EventOutput.to(response, patience)) {
          output.write(stored.answer().body());
        }
        record("chat_completions_stream", false, watch);
      }
      case Claim.Mine mine -> {
        try (var ticket = mine.ticket()) {
          stream(request, asker, StreamRecording.of(ticket), response, watch);
        }
      }
    }
  }

  private void stream(
      ChatRequest request,
      Asker asker,
      StreamRecording recording,
      ServerResponse response,
      Stopwatch watch)
      throws InterruptedException {
    boolean failed = true;
    EventOutput output = EventOutput.to(response, patience);
    try (output) {
      switch (completions.stream(request, asker)) {
        case Streaming.Begun begun -> {
          try (MeteredStream stream = begun.stream()) {
            response.header("x-weir-provider", stream.by().provider());
            failed = !relay(stream, recording, output);
          }
        }
        case Streaming.Failed refused -> {
          failed = refused.failure().status() >= 500;
          if (output.begun()) {
            output.write(ErrorBody.event(refused.failure()));
          } else {
            output.close(); // no keep-alive may come between
            OpenAiErrors.send(response, refused.failure());
          }
        }
      }
    } catch (InterruptedException e) {
      if (output.clientGone()) {
        throw EventOutput.gone(e);
      }
      throw e;
    } finally {
      record("chat_completions_stream", failed, watch);
    }
  }

  /** Hands on what comes; whether the answer became whole. */
  private static boolean relay(MeteredStream stream, StreamRecording recording, EventOutput output)
      throws InterruptedException {
    while (true) {
      switch (stream.next()) {
        case Part.Events events -> {
          output.write(events.bytes());
          recording.add(events.bytes());
        }
        case Part.End end -> {
          recording.keep(stream.by());
          return true;
        }
        case Part.Broken broken -> {
          output.write(ErrorBody.event(broken.failure()));
          return false;
        }
      }
    }
  }

  private void record(String endpoint, boolean failed, Stopwatch watch) {
    meter.record(endpoint, failed, watch.elapsed());
  }
}
