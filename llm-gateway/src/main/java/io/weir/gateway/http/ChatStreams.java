package io.weir.gateway.http;

import io.weir.gateway.completion.AnswerShelf;
import io.weir.gateway.completion.AnswerShelf.Claim;
import io.weir.gateway.completion.AnswerStream;
import io.weir.gateway.completion.Completions.Streaming;
import io.weir.gateway.pipeline.ChatRequest;
import io.weir.gateway.pipeline.ErrorBody;
import io.weir.gateway.pipeline.Failure;
import io.weir.gateway.pipeline.tool.ToolOffer;
import io.weir.gateway.provider.ChatStream.Part;
import io.weir.gateway.tools.ToolAnswers;
import io.weir.platform.http.EventOutput;
import java.time.Duration;

/**
 * Streamed answers: each event is handed on as it comes, and what broke is the last one. With a key
 * a stream is kept at its end and given again. Thread-safe.
 */
final class ChatStreams {
  private static final String ENDPOINT = "chat_completions_stream";

  private static final Failure RUNNING =
      new Failure(
          Failure.Kind.RATE_LIMITED,
          409,
          "A stream with this Idempotency-Key is running; its answer is stored at its end.",
          null,
          "idempotency_key_in_use",
          Duration.ofSeconds(1));

  private final ToolAnswers answers;
  private final AnswerShelf shelf;
  private final EventOutput.Patience patience;

  ChatStreams(ToolAnswers answers, AnswerShelf shelf, EventOutput.Patience patience) {
    this.answers = answers;
    this.shelf = shelf;
    this.patience = patience;
  }

  /** Answers a request that asks for a stream; returns when its last event is sent. */
  void answer(ChatRequest request, ToolOffer offer, Exchange exchange) throws InterruptedException {
    if (exchange.key().isEmpty()) {
      stream(request, offer, exchange, StreamRecording.none());
      return;
    }
    switch (shelf.claim(exchange.key().get(), offer.fingerprint(request))) {
      case Claim.Refused refused -> exchange.refuse(refused.failure());
      case Claim.Running _ -> exchange.refuse(RUNNING);
      case Claim.Stored stored -> {
        try (EventOutput output = EventOutput.to(exchange.response(), patience)) {
          output.write(stored.answer().body());
        }
        exchange.ended(ENDPOINT, false);
      }
      case Claim.Mine mine -> {
        try (var ticket = mine.ticket()) {
          stream(request, offer, exchange, StreamRecording.of(ticket));
        }
      }
    }
  }

  private void stream(
      ChatRequest request, ToolOffer offer, Exchange exchange, StreamRecording recording)
      throws InterruptedException {
    boolean failed = true;
    EventOutput output = EventOutput.to(exchange.response(), patience);
    try (output) {
      switch (answers.stream(request, exchange.asker(), offer)) {
        case Streaming.Begun begun -> {
          try (AnswerStream stream = begun.stream()) {
            output.header("x-weir-provider", stream.by().provider());
            failed = !relay(stream, recording, output);
          }
        }
        case Streaming.Failed(Failure failure) -> {
          failed = failure.status() >= 500;
          if (output.begun()) {
            output.write(ErrorBody.event(failure));
          } else {
            output.close(); // no keep-alive may come between
            OpenAiErrors.send(exchange.response(), failure);
          }
        }
      }
    } catch (InterruptedException e) {
      if (output.clientGone()) {
        throw EventOutput.gone(e);
      }
      throw e;
    } finally {
      exchange.ended(ENDPOINT, failed);
    }
  }

  /** Hands on what comes; whether the answer became whole. */
  private static boolean relay(AnswerStream stream, StreamRecording recording, EventOutput output)
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
}
