package io.weir.messaging.deadletter;

import com.google.protobuf.ByteString;
import io.weir.messaging.InvalidMessageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be changed in a letter; all else stays.
 *
 * @param payload new bytes
 * @param subject where a replay goes to
 * @param set headers by name, each replacing all values it had
 * @param remove headers that go
 */
public record LetterEdit(
    Optional<ByteString> payload,
    Optional<String> subject,
    Map<String, String> set,
    Set<String> remove) {
  public LetterEdit {
    set = Map.copyOf(set);
    remove = Set.copyOf(remove);
  }

  public static LetterEdit ofPayload(ByteString payload) {
    return new LetterEdit(Optional.of(payload), Optional.empty(), Map.of(), Set.of());
  }

  /** Whether it changes nothing in {@code letter}. */
  public boolean isEmptyFor(DeadLetter letter) {
    DeadLetter edited = apply(letter);
    return edited.payload().equals(letter.payload())
        && edited.subject().equals(letter.subject())
        && edited.headers().equals(letter.headers());
  }

  /**
   * The next revision of {@code letter}, not stored yet.
   *
   * @throws InvalidMessageException when a header or the subject can't be sent, or is not the
   *     editor's to set
   */
  public DeadLetter apply(DeadLetter letter) {
    DeadLetterHead old = letter.head();
    var headers = new LinkedHashMap<>(old.headers());
    remove.forEach(headers::remove);
    set.forEach(
        (name, value) -> {
          check(name, value);
          headers.put(name, List.of(value));
        });
    subject.ifPresent(LetterEdit::checkSubject);
    ByteString bytes = payload.orElse(letter.payload());
    return new DeadLetter(
        new DeadLetterHead(
            old.sequence(),
            old.id(),
            old.revision() + 1,
            old.storedAt(),
            subject.orElse(old.subject()),
            headers,
            old.stream(),
            old.consumer(),
            old.streamSequence(),
            old.attempts(),
            old.firstFailed(),
            old.lastFailed(),
            old.errorClass(),
            old.error(),
            old.service(),
            old.version(),
            bytes.size(),
            old.flaws()),
        bytes);
  }

  private static void check(String name, String value) {
    boolean sendable =
        !name.isEmpty()
            && name.chars().allMatch(c -> c > ' ' && c <= '~' && c != ':')
            && value.chars().allMatch(c -> c >= ' ' && c <= '~');
    if (!sendable) {
      throw new InvalidMessageException(
          "header %s: names and values are printable ASCII, names without colon and blank"
              .formatted(LetterHeaders.printable(name, 60)));
    }
    if (name.regionMatches(true, 0, "Nats-", 0, 5) || name.equals("Weir-Replay-For")) {
      throw new InvalidMessageException("header " + name + " is set by a replay itself");
    }
  }

  private static void checkSubject(String subject) {
    for (String token : subject.split("\\.", -1)) {
      if (token.isEmpty()
          || !token.chars().allMatch(c -> c > ' ' && c <= '~' && c != '*' && c != '>')) {
        throw new InvalidMessageException(
            "subject %s: wants tokens joined by dots, without blanks and wildcards"
                .formatted(LetterHeaders.printable(subject, 200)));
      }
    }
  }
}
