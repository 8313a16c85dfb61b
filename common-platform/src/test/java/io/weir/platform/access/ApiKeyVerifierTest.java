package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.weir.platform.contract.Scope;
import io.weir.testsupport.Await;
import io.weir.testsupport.Ticking;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class ApiKeyVerifierTest {
  private final Door door = new Door();
  private final Ticking clock = door.clock;
  private final KeysInMemory keys = door.keys;

  @Test
  void whoHasAKeyIsItsUserWithItsScopesAndTheLimitOfTheirPlan() throws Exception {
    KeyText key = keys.add();
    assertEquals(
        new Admission.Admitted(
            new Principal(
                "ada",
                Principal.Via.KEY,
                Optional.of(key.id()),
                Set.of(Scope.JOBS_READ),
                OptionalInt.of(Door.OF_THE_PLAN))),
        door.verify(key));
  }

  @Test
  void aKeyMayCarryALimitOfItsOwn() throws Exception {
    KeyText key = keys.add(Optional.empty(), OptionalInt.of(600));
    var admitted = assertInstanceOf(Admission.Admitted.class, door.verify(key));
    assertEquals(OptionalInt.of(600), admitted.principal().perMinute());
  }

  @Test
  void unknownForgedExpiredRevokedAndMisshapenAreOneRefusal() throws Exception {
    KeyText expired = keys.add(Optional.of(clock.instant()), OptionalInt.empty());
    KeyText revoked = keys.add();
    keys.revoke(revoked, clock.instant());
    assertEquals(Door.REFUSED, door.verify(KeyText.make(new SecureRandom())));
    assertEquals(Door.REFUSED, door.verify(Door.forged(keys.add())));
    assertEquals(Door.REFUSED, door.verify(expired));
    assertEquals(Door.REFUSED, door.verify(revoked));
    assertEquals(Optional.of(Door.REFUSED), door.verifier.verify("weir_x"));
  }

  @Test
  void whatIsNoKeyIsLeftToOthersAndCostsNoLookUp() throws Exception {
    assertEquals(Optional.empty(), door.verifier.verify("eyJhbGciOiJub25lIn0.e30."));
    assertEquals(Optional.of(Door.REFUSED), door.verifier.verify("weir_" + "x".repeat(1000)));
    assertEquals(0, keys.found.get());
  }

  @Test
  void anUnknownKeyIsComparedAsOftenAsAForgedOne() throws Exception {
    KeyText key = keys.add();
    door.verify(key);
    door.verify(Door.forged(key));
    assertEquals(List.of(key.hash(), key.hash()), door.comparedWith);
    door.verify(KeyText.make(new SecureRandom()));
    assertEquals(List.of(key.hash(), key.hash(), ApiKeyVerifier.NOBODY), door.comparedWith);
    keys.away = true;
    door.verify(KeyText.make(new SecureRandom()));
    assertEquals(4, door.comparedWith.size());
  }

  @Test
  void anExpiryCountsAtOnceWhateverIsCached() throws Exception {
    KeyText key = keys.add(Optional.of(clock.instant().plusSeconds(3)), OptionalInt.empty());
    door.admits(key);
    clock.forward(Duration.ofSeconds(3).minusMillis(1));
    door.admits(key);
    clock.forward(Duration.ofMillis(1));
    assertEquals(Door.REFUSED, door.verify(key));
    assertEquals(1, keys.found.get());
  }

  @Test
  void usesAreNotedOnceAMinuteHoweverManyThereAre() throws Exception {
    KeyText key = keys.add();
    Instant begun = clock.instant();
    for (int second = 0; second < 150; second++) {
      for (int i = 0; i < 10; i++) {
        door.admits(key);
      }
      door.verify(Door.forged(key));
      clock.forward(Duration.ofSeconds(1));
    }
    assertEquals(
        List.of(begun, begun.plusSeconds(60), begun.plusSeconds(120)), List.copyOf(keys.uses));
  }

  @Test
  void ofManyThreadsOneNotesTheUseAndOneReads() throws Exception {
    KeyText key = keys.add();
    var parallel = door.verifier(task -> Thread.ofVirtual().start(task), Duration.ofSeconds(20));
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Optional<Admission>>>();
      for (int i = 0; i < 64; i++) {
        answers.add(threads.submit(() -> parallel.verify(key.text().reveal())));
      }
      for (var answer : answers) {
        assertInstanceOf(Admission.Admitted.class, answer.get().orElseThrow());
      }
    }
    Await.until("the note", Duration.ofSeconds(10), () -> !keys.uses.isEmpty());
    assertEquals(1, keys.uses.size());
  }

  @Test
  void aUseThatCanNotBeNotedKeepsNobodyOut() throws Exception {
    KeyText key = keys.add();
    door.verify(Door.forged(key)); // it is read
    keys.away = true;
    door.admits(key);
    assertEquals(1, keys.uses.size(), "it was tried");
  }

  @Test
  void noSecretAndNoHashIsLoggedOrShown() throws Exception {
    var root = (Logger) LoggerFactory.getLogger("io.weir.platform.access");
    var lines = new ListAppender<ILoggingEvent>();
    lines.start();
    root.addAppender(lines);
    root.setLevel(Level.TRACE);
    var shown = new ArrayList<String>();
    var secrets = new ArrayList<String>();
    try {
      KeyText good = keys.add();
      KeyText forged = Door.forged(good);
      KeyText unknown = KeyText.make(new SecureRandom());
      KeyText expired = keys.add(Optional.of(clock.instant()), OptionalInt.empty());
      KeyText revoked = keys.add();
      keys.revoke(revoked, clock.instant());
      for (boolean away : new boolean[] {false, true}) {
        keys.away = away;
        for (KeyText key : List.of(good, forged, unknown, expired, revoked)) {
          shown.add(door.verify(key).toString());
          shown.add(key.toString());
          shown.add(keys.add().text().toString());
          secrets.add(key.text().reveal().substring(18));
          secrets.add(key.hash());
        }
        clock.forward(Door.FRESH);
      }
      keys.away = false;
      shown.add(keys.find(good.id()).toString());
      shown.add(new ApiKeys.Made(keys.find(good.id()).orElseThrow().key(), good).toString());
    } finally {
      root.setLevel(null);
      root.detachAppender(lines);
    }
    for (ILoggingEvent line : lines.list) {
      shown.add(line.getFormattedMessage() + line.getKeyValuePairs());
    }
    String all = String.join("\n", shown);
    assertTrue(all.contains("unknown or forged") && all.contains("REVOKED"), all);
    for (String secret : secrets) {
      assertFalse(all.contains(secret), all);
    }
  }
}
