package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.testsupport.Ticking;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;

/** A verifier with keys in memory, a clock that is moved, and a note of what it compares. */
final class Door {
  static final Duration FRESH = Duration.ofSeconds(10);
  static final Duration OUTAGE = Duration.ofMinutes(5);
  static final Admission REFUSED = new Admission.Refused();
  static final int OF_THE_PLAN = 30;

  final Ticking clock = new Ticking();
  final KeysInMemory keys = new KeysInMemory();
  final List<String> comparedWith = new CopyOnWriteArrayList<>();
  final ApiKeyVerifier verifier = verifier(Runnable::run, Duration.ofSeconds(20));

  /** Another one with the same keys. */
  ApiKeyVerifier verifier(Executor background, Duration patience) {
    return new ApiKeyVerifier(
        keys,
        _ -> OptionalInt.of(OF_THE_PLAN),
        new KeyCache.Times(FRESH, OUTAGE, patience),
        (key, hash) -> {
          comparedWith.add(hash);
          return key.matches(hash);
        },
        clock,
        background);
  }

  Admission verify(KeyText key) throws InterruptedException {
    return verifier.verify(key.text().reveal()).orElseThrow();
  }

  void admits(KeyText key) throws InterruptedException {
    assertInstanceOf(Admission.Admitted.class, verify(key));
  }

  /** The same id with another secret. */
  static KeyText forged(KeyText key) {
    String other = KeyText.make(new SecureRandom()).text().reveal();
    return KeyText.parse("weir_" + key.id() + other.substring(17)).orElseThrow();
  }
}
