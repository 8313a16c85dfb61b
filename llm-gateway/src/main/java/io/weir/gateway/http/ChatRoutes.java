package io.weir.gateway.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.CachedCompletions;
import io.weir.gateway.completion.Completions.Cached;
import io.weir.gateway.completion.Completions.Reply;
import io.weir.gateway.completion.KeptAnswers;
import io.weir.gateway.completion.Stopwatch;
import io.weir.gateway.config.GatewayConfig;
import io.weir.gateway.pipeline.CacheUse;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ChatRequestReader;
import io.weir.gateway.pipeline.EmbeddingsRequest;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.RouteHints;
import io.weir.gateway.pipeline.tool.ToolOffer;
import io.weir.gateway.pipeline.tool.ToolSpec;
import io.weir.gateway.tools.ToolAnswers;
import io.weir.messaging.runtime.RequestMeter;
import io.weir.platform.access.Principal;
import io.weir.platform.contract.RouteSpec;
import io.weir.platform.contract.Routes;
import io.weir.platform.http.Caller;
import io.weir.platform.http.ClientWatch;
import io.weir.platform.http.EventOutput;
import io.weir.platform.http.HttpApi;
import io.weir.platform.http.JsonBody;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code POST /v1/chat/completions}, plain and streamed, and {@code POST /v1/embeddings}: what asks
 * models. A client that goes away ends the call to the provider. Thread-safe.
 */
public final class ChatRoutes {
  private static final HeaderName KEY_HEADER = HeaderNames.create("Idempotency-Key");
  private static final Pattern KEY = Pattern.compile("[!-~]{1,255}");
  private static final Failure WRONG_KEY =
      Failure.invalid(
          "One header Idempotency-Key is taken, of 1 to 255 printable ASCII characters.",
          "Idempotency-Key");

  private final CachedCompletions completions;
  private final ToolAnswers answers;
  private final List<ToolSpec> tools;
  private final ChatStreams streams;
  private final KeptAnswers kept;
  private final RequestMeter meter;
  private final int maxBody;

  public ChatRoutes(
      CachedCompletions completions,
      ToolAnswers answers,
      AnswerShelf shelf,
      KeptAnswers kept,
      RequestMeter meter,
      GatewayConfig config) {
    this(completions, answers, shelf, kept, meter, config, EventOutput.Patience.DEFAULT);
  }

  ChatRoutes(
      CachedCompletions completions,
      ToolAnswers answers,
      AnswerShelf shelf,
      KeptAnswers kept,
      RequestMeter meter,
      GatewayConfig config,
      EventOutput.Patience patience) {
    this.completions = completions;
    this.answers = answers;
    this.tools = config.tools().tools();
    this.streams = new ChatStreams(answers, shelf, patience);
    this.kept = kept;
    this.meter = meter;
    this.maxBody = config.http().maxBodyBytes();
  }

  /**
   * Adds the routes; their metrics are kept here, for a stream may fail after its status is sent.
   */
  public void addTo(HttpApi api) {
    api.errors("/v1/", new OpenAiErrors())
        .onUnmetered(
            Routes.CHAT_COMPLETIONS,
            (request, response) -> admit(Routes.CHAT_COMPLETIONS, request, response, this::chat))
        .onUnmetered(
            Routes.EMBEDDINGS,
            (request, response) -> admit(Routes.EMBEDDINGS, request, response, this::embeddings));
  }

  /** What is done with the body of a request. */
  private interface Answering {
    void answer(byte[] body, ServerRequest request, CacheUse cache, Exchange exchange)
        throws InterruptedException;
  }

  private void admit(
      RouteSpec route, ServerRequest request, ServerResponse response, Answering answering)
      throws InterruptedException {
    Stopwatch watch = Stopwatch.start();
    byte[] body = JsonBody.bytes(request, maxBody);
    Optional<String> key = request.headers().first(KEY_HEADER);
    var exchange =
        new Exchange(
            Askers.of(request, route),
            key.map(text -> ownKey(Caller.of(request), text)),
            response,
            meter,
            watch);
    if (key.isPresent()
        && (!KEY.matcher(key.get()).matches()
            || request.headers().get(KEY_HEADER).valueCount() > 1)) {
      exchange.refuse(WRONG_KEY);
      return;
    }
    switch (Askers.cacheUse(request)) {
      case CacheUse.Result.Refused(Failure failure) -> exchange.refuse(failure);
      case CacheUse.Result.Valid(CacheUse cache) ->
          answering.answer(body, request, cache, exchange);
    }
  }

  private void chat(byte[] body, ServerRequest request, CacheUse cache, Exchange exchange)
      throws InterruptedException {
    switch (ChatRequestReader.read(body)) {
      case ChatRequestReader.Result.Refused(Failure failure) -> exchange.refuse(failure);
      case ChatRequestReader.Result.Valid(ChatRequest read) -> {
        switch (Askers.hints(request)) {
          case RouteHints.Result.Refused(Failure failure) -> exchange.refuse(failure);
          case RouteHints.Result.Valid(RouteHints hints) -> {
            switch (Askers.tools(request, tools)) {
              case ToolOffer.Result.Refused(Failure failure) -> exchange.refuse(failure);
              case ToolOffer.Result.Valid(ToolOffer offer) ->
                  chat(read.with(hints), offer, cache, exchange);
            }
          }
        }
      }
    }
  }

  private void chat(ChatRequest chat, ToolOffer offer, CacheUse cache, Exchange exchange)
      throws InterruptedException {
    if (chat.stream()) {
      if (!cache.isOff()) {
        exchange.response().header(CacheUse.HEADER, "bypass");
      }
      streams.answer(chat, offer, exchange);
    } else {
      whole(
          exchange,
          offer.fingerprint(chat),
          () -> answers.complete(chat, exchange.asker(), offer, cache));
    }
  }

  private void embeddings(byte[] body, ServerRequest request, CacheUse cache, Exchange exchange)
      throws InterruptedException {
    switch (EmbeddingsRequest.read(body)) {
      case EmbeddingsRequest.Result.Refused(Failure failure) -> exchange.refuse(failure);
      case EmbeddingsRequest.Result.Valid(EmbeddingsRequest texts) ->
          whole(exchange, texts.body(), () -> completions.embed(texts, exchange.asker(), cache));
    }
  }

  /**
   * A key as one user's: nobody else gets its answer, or learns that it was used. Neither a user's
   * name nor a key that came by HTTP has a line break in it.
   */
  static String ownKey(Principal caller, String key) {
    return caller.via() == Principal.Via.LOCAL ? key : caller.userId() + "\n" + key;
  }

  private void whole(Exchange exchange, byte[] body, AnswerShelf.Asking asking)
      throws InterruptedException {
    var asker = exchange.asker();
    Reply reply;
    try {
      reply =
          ClientWatch.during(
              () ->
                  exchange.key().isPresent()
                      ? kept.once(
                          asker.user(), asker.endpoint(), exchange.key().get(), body, asking)
                      : asking.ask());
    } catch (CloseConnectionException gone) {
      exchange.ended(asker.endpoint(), true);
      throw gone;
    }
    switch (reply) {
      case Reply.Answered answered -> {
        exchange.ended(asker.endpoint(), false);
        if (answered.cached() != Cached.NOT_ASKED) {
          exchange
              .response()
              .header(CacheUse.HEADER, answered.cached() == Cached.HIT ? "hit" : "miss");
        }
        exchange
            .response()
            .header(HeaderNames.CONTENT_TYPE, "application/json")
            .header("x-weir-provider", answered.by().provider())
            .send(answered.body());
      }
      case Reply.Failed(Failure failure) -> exchange.refuse(failure);
    }
  }
}
