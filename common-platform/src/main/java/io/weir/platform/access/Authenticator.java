package io.weir.platform.access;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds out who is asking, from {@code Authorization: Bearer …} or {@code x-api-key: …}. Both carry
 * the same kinds of credentials: OpenAI's clients send the one, Anthropic's the other. Thread-safe.
 */
public final class Authenticator {
  /** Characters; tokens with many claims have some thousand. */
  static final int LONGEST = 16 * 1024;

  private static final String BEARER = "bearer ";
  private static final Admission REFUSED = new Admission.Refused();

  private final List<Verifier> verifiers;

  /**
   * @param verifiers the kinds of credentials that are known; the first that knows one decides
   */
  public Authenticator(List<Verifier> verifiers) {
    this.verifiers = List.copyOf(verifiers);
  }

  /**
   * Who has sent these headers.
   *
   * @param authorization the values of {@code Authorization}
   * @param apiKey the values of {@code x-api-key}
   */
  public Admission authenticate(List<String> authorization, List<String> apiKey)
      throws InterruptedException {
    Optional<String> credential = credential(authorization, apiKey);
    if (credential.isEmpty()) {
      return REFUSED;
    }
    for (Verifier verifier : verifiers) {
      Optional<Admission> answer = verifier.verify(credential.get());
      if (answer.isPresent()) {
        return answer.get();
      }
    }
    return REFUSED;
  }

  /** Whether any credentials were sent, right or wrong. */
  public static boolean isAnonymous(List<String> authorization, List<String> apiKey) {
    return authorization.isEmpty() && apiKey.isEmpty();
  }

  // Two different ones are refused: a proxy and a service might each believe another.
  private static Optional<String> credential(List<String> authorization, List<String> apiKey) {
    if (authorization.size() > 1 || apiKey.size() > 1) {
      return Optional.empty();
    }
    Optional<String> key = apiKey.stream().findFirst().map(String::strip);
    Optional<String> bearer = authorization.stream().findFirst().map(Authenticator::token);
    if (key.isPresent() && bearer.isPresent() && !key.equals(bearer)) {
      return Optional.empty();
    }
    return bearer.or(() -> key).filter(text -> !text.isEmpty() && text.length() <= LONGEST);
  }

  /** Empty text for another scheme. */
  private static String token(String authorization) {
    String text = authorization.strip();
    boolean bearer =
        text.length() > BEARER.length()
            && text.substring(0, BEARER.length()).toLowerCase(Locale.ROOT).equals(BEARER);
    return bearer ? text.substring(BEARER.length()).strip() : "";
  }
}
