package io.weir.gateway.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a provider's refusal means for the caller: whose fault it is, and whether to come back. The
 * provider's own words are kept where the fault is the caller's, and left out where they may speak
 * of the gateway's credentials.
 */
public final class ProviderErrors {
  private static final int MAX_MESSAGE = 2000;

  private ProviderErrors() {}

  /**
   * What an answer other than 200 means.
   *
   * @param status the provider's HTTP status, not 2xx
   * @param body its body, cut to a bounded size
   * @param keyName where the provider's key comes from, for the operator; empty when it has none
   */
  public static Failure of(
      String provider,
      int status,
      byte[] body,
      Optional<Duration> retryAfter,
      Optional<String> keyName) {
    Optional<JsonNode> json = object(body);
    JsonNode error = json.map(ProviderErrors::error).orElse(MissingNode.getInstance());
    String said = message(error);
    if (said.isEmpty()) {
      said = otherWords(json, body);
    }
    @Nullable String code = text(error, "code");
    @Nullable String type = text(error, "type");
    Failure failure = of(provider, status, said, error, code, retryAfter, keyName);
    return switch (failure.kind()) {
      case PROVIDER_REFUSED, MODEL_NOT_FOUND, RATE_LIMITED -> failure.typed(type);
      default -> failure;
    };
  }

  private static Failure of(
      String provider,
      int status,
      String said,
      JsonNode error,
      @Nullable String code,
      Optional<Duration> retryAfter,
      Optional<String> keyName) {
    return switch (status) {
      case 401, 403 -> credentials(provider, status, said, keyName);
      case 402 -> account(provider, 402, said);
      case 404 ->
          new Failure(
              Failure.Kind.MODEL_NOT_FOUND,
              404,
              own(provider, 404, said),
              text(error, "param"),
              code == null ? "model_not_found" : code,
              null);
      case 408, 504 -> Failure.timeOut(words(provider, status, said));
      case 429 ->
          new Failure(
              Failure.Kind.RATE_LIMITED,
              429,
              own(provider, 429, said),
              text(error, "param"),
              code == null ? "rate_limit_exceeded" : code,
              retryAfter.orElse(null));
      case 529 -> // Anthropic's word for: all of its machines are busy
          new Failure(
              Failure.Kind.PROVIDER_ERROR,
              503,
              words(provider, 529, said),
              null,
              "provider_overloaded",
              retryAfter.orElse(null));
      default -> {
        if (status >= 500) {
          yield new Failure(
              Failure.Kind.PROVIDER_ERROR,
              status == 503 ? 503 : 502,
              words(provider, status, said),
              null,
              "provider_error",
              retryAfter.orElse(null));
        }
        if (lacksCredit(said)) {
          yield account(provider, status, said);
        }
        if (isAboutTheKey(error)) {
          yield credentials(provider, status, said, keyName);
        }
        if (status >= 400) {
          yield refused(provider, status, said, text(error, "param"), code);
        }
        yield Failure.providerError(
            "Provider '"
                + provider
                + "' answered "
                + status
                + " where 200 was expected: its base_url is probably wrong.",
            "provider_misconfigured");
      }
    };
  }

  /** An error that came as an event of a stream, or in the place of an answer. */
  static Failure inStream(String provider, JsonNode error) {
    @Nullable String code = text(error, "code");
    String said = error.isTextual() ? error.asText() : message(error);
    if (isRateLimit(error)) {
      return of(
              provider,
              429,
              bounded(said),
              error,
              "rate_limit_exceeded",
              Optional.empty(),
              Optional.empty())
          .typed(text(error, "type"));
    }
    return Failure.providerError(
            "Provider '" + provider + "' failed: " + bounded(said),
            code == null ? "provider_error" : code)
        .typed(text(error, "type"));
  }

  /** A status that was sent too early to say it: OpenRouter has it as a number in "code". */
  private static boolean isRateLimit(JsonNode error) {
    return Set.of("429", "rate_limit_exceeded").contains(error.path("code").asText())
        || Set.of("rate_limit_error", "rate_limit_exceeded").contains(error.path("type").asText());
  }

  /**
   * The same for a whole answer, or a chunk of one; empty when {@code answer} carries no error.
   * OpenRouter also has it in one of the choices, which ends with "error".
   */
  public static Optional<Failure> inAnswer(String provider, JsonNode answer) {
    Optional<JsonNode> error = said(answer.path("error"));
    for (JsonNode choice : answer.path("choices")) {
      error = error.or(() -> said(choice.path("error")));
      if (error.isEmpty() && choice.path("finish_reason").asText().equals("error")) {
        error = Optional.of(TextNode.valueOf("its answer ended with an error."));
      }
    }
    return error.map(found -> inStream(provider, found));
  }

  private static Optional<JsonNode> said(JsonNode error) {
    return error.isObject() || error.isTextual() ? Optional.of(error) : Optional.empty();
  }

  /** Anthropic's 400 for an account that is used up. */
  private static boolean lacksCredit(String said) {
    return said.startsWith("Your credit balance is too low");
  }

  /** Google's 400 for a key that it does not know. */
  private static boolean isAboutTheKey(JsonNode error) {
    for (JsonNode detail : error.path("details")) {
      if (detail.path("reason").asText().equals("API_KEY_INVALID")) {
        return true;
      }
    }
    return false;
  }

  /** What the gateway's operator has to pay is no fault of the caller's. */
  private static Failure account(String provider, int status, String said) {
    return new Failure(
        Failure.Kind.PROVIDER_CREDENTIALS,
        502,
        "The gateway's account there is used up. " + words(provider, status, said),
        null,
        "provider_no_credit",
        null);
  }

  /** A 403 may also be about a region, a model or what was asked, which only its words tell. */
  private static Failure credentials(
      String provider, int status, String said, Optional<String> keyName) {
    if (status == 403 && !said.isEmpty()) {
      return new Failure(
          Failure.Kind.PROVIDER_CREDENTIALS,
          502,
          words(provider, 403, said)
              + keyName.map(name -> " (The gateway's key is that in " + name + ".)").orElse(""),
          null,
          "provider_forbidden",
          null);
    }
    String check =
        keyName
            .map(name -> "check the key in " + name + ".")
            .orElse("it has no key configured; it seems to need one.");
    return new Failure(
        Failure.Kind.PROVIDER_CREDENTIALS,
        502,
        "The gateway is misconfigured: provider '"
            + provider
            + "' refused the gateway's credentials ("
            + status
            + "); "
            + check,
        null,
        "provider_unauthorized",
        null);
  }

  private static Failure refused(
      String provider, int status, String said, @Nullable String param, @Nullable String code) {
    return new Failure(
        Failure.Kind.PROVIDER_REFUSED, status, own(provider, status, said), param, code, null);
  }

  /** What the caller has to change is for the provider to say, in its own words if it has any. */
  private static String own(String provider, int status, String said) {
    return said.isEmpty() ? words(provider, status, said) : said;
  }

  private static String words(String provider, int status, String said) {
    return "Provider '" + provider + "' answered " + status + (said.isEmpty() ? "." : ": " + said);
  }

  /** Gemini's compatible endpoint has its errors in an array. */
  private static Optional<JsonNode> object(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    boolean list = text.startsWith("[") && text.endsWith("]");
    return Json.object(
        list ? text.substring(1, text.length() - 1).getBytes(StandardCharsets.UTF_8) : body);
  }

  /** The words of those that have another form than OpenAI's; a page for browsers has none. */
  private static String otherWords(Optional<JsonNode> json, byte[] body) {
    if (json.isPresent()) {
      JsonNode detail = json.get().path("detail"); // FastAPI's: vLLM, llama.cpp and many more
      return detail.isMissingNode()
          ? ""
          : bounded(detail.isTextual() ? detail.asText() : detail.toString());
    }
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return text.startsWith("<") ? "" : bounded(text);
  }

  private static JsonNode error(JsonNode body) {
    return body.has("error") ? body.path("error") : body;
  }

  private static String message(JsonNode error) {
    if (error.isTextual()) {
      return bounded(error.asText());
    }
    return bounded(error.path("message").asText(""));
  }

  private static @Nullable String text(JsonNode error, String field) {
    JsonNode value = error.path(field);
    return value.isTextual() || value.isNumber() ? bounded(value.asText()) : null;
  }

  private static String bounded(String text) {
    return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + " …";
  }
}
