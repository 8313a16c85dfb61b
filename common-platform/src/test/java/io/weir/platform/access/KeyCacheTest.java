package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.messaging.DependencyUnavailableException;
import io.weir.testsupport.Await;
import io.weir.testsupport.Ticking;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class KeyCacheTest {
  private final Door door = new Door();
  private final Ticking clock = door.clock;
  private final KeysInMemory keys = door.keys;

  @Test
  void aKeyIsReadOnceForTheCacheTime() throws Exception {
    KeyText key = keys.add();
    for (int i = 0; i < 100; i++) {
      door.admits(key);
    }
    clock.forward(Door.FRESH.minusMillis(1));
    door.admits(key);
    assertEquals(1, keys.found.get());
    clock.forward(Duration.ofMillis(1));
    door.admits(key);
    assertEquals(2, keys.found.get());
  }

  @Test
  void aRevokedKeyIsRefusedWithinTheCacheTime() throws Exception {
    KeyText key = keys.add();
    door.admits(key);
    clock.forward(Duration.ofSeconds(4));
    keys.revoke(key, clock.instant());
    clock.forward(Door.FRESH.minusSeconds(4));
    assertEquals(Door.REFUSED, door.verify(key));
  }

  @Test
  void aClockThatIsSetBackKeepsNoRevokedKeyAlive() throws Exception {
    KeyText key = keys.add();
    door.admits(key);
    keys.revoke(key, clock.instant());
    clock.forward(Duration.ofHours(-1));
    assertEquals(Door.REFUSED, door.verify(key));
  }

  @Test
  void whileTheStoreIsAwayAKnownKeyCountsForFiveMinutesAndIsThenUnavailable() throws Exception {
    KeyText key = keys.add();
    door.admits(key);
    keys.away = true;
    clock.forward(Door.OUTAGE.minusMillis(1));
    door.admits(key);
    assertEquals(Door.REFUSED, door.verify(Door.forged(key)), "its hash is still known");
    clock.forward(Duration.ofMillis(1));
    var unavailable = assertInstanceOf(Admission.Unavailable.class, door.verify(key));
    assertTrue(unavailable.retryAfter().isPositive());
    assertInstanceOf(Admission.Unavailable.class, door.verify(Door.forged(key)));
    keys.away = false;
    clock.forward(KeyCache.PAUSE);
    door.admits(key);
  }

  @Test
  void whileTheStoreIsAwayAStrangerIsUnavailableNeverRefused() throws Exception {
    KeyText key = keys.add();
    keys.away = true;
    assertInstanceOf(Admission.Unavailable.class, door.verify(key));
    assertInstanceOf(Admission.Unavailable.class, door.verify(KeyText.make(new SecureRandom())));
    keys.away = false;
    clock.forward(KeyCache.PAUSE);
    door.admits(key);
  }

  @Test
  void aRevokedKeyStaysRefusedWhileTheStoreIsAway() throws Exception {
    KeyText key = keys.add();
    keys.revoke(key, clock.instant());
    assertEquals(Door.REFUSED, door.verify(key));
    keys.away = true;
    clock.forward(Door.FRESH);
    assertEquals(Door.REFUSED, door.verify(key));
  }

  @Test
  void anythingElseThatGoesWrongWithTheStoreIsUnavailableToo() throws Exception {
    KeyRecords broken =
        new KeyRecords() {
          @Override
          public Optional<StoredKey> find(String id) {
            throw new IllegalStateException("a field is missing");
          }

          @Override
          public void used(String id, Instant at) {}
        };
    var over =
        new ApiKeyVerifier(
            broken,
            _ -> OptionalInt.empty(),
            new AccessSettings.KeyTimes(Door.FRESH, Door.OUTAGE),
            clock);
    assertInstanceOf(
        Admission.Unavailable.class, over.verify(keys.add().text().reveal()).orElseThrow());
  }

  @Test
  void whoDoesNotKnowThePlanDoesNotRefuseEither() throws Exception {
    var noPlans =
        new ApiKeyVerifier(
            keys,
            _ -> {
              throw new DependencyUnavailableException("mongodb", "it is away", null);
            },
            new AccessSettings.KeyTimes(Door.FRESH, Door.OUTAGE),
            clock);
    assertInstanceOf(
        Admission.Unavailable.class, noPlans.verify(keys.add().text().reveal()).orElseThrow());
  }

  @Test
  void anOutageIsFeltOnceAPauseNotByEveryRequest() throws Exception {
    KeyText key = keys.add();
    door.admits(key);
    keys.away = true;
    clock.forward(Door.FRESH);
    for (int i = 0; i < 50; i++) {
      door.admits(key);
      door.verify(KeyText.make(new SecureRandom()));
    }
    assertEquals(2, keys.found.get(), "the first reading, and the one that failed");
  }

  @Test
  void aStoreThatDoesNotAnswerIsWaitedForNoLongerThanThePatience() throws Exception {
    KeyText key = keys.add();
    var tasks = new CopyOnWriteArrayList<Runnable>();
    var slow = door.verifier(tasks::add, Duration.ofMillis(20));
    assertInstanceOf(Admission.Unavailable.class, slow.verify(key.text().reveal()).orElseThrow());
    clock.forward(KeyCache.PAUSE);
    assertInstanceOf(Admission.Unavailable.class, slow.verify(key.text().reveal()).orElseThrow());
    assertEquals(1, tasks.size(), "one reading, whoever waits for it");
    tasks.forEach(Runnable::run); // it answers after all
    assertInstanceOf(Admission.Admitted.class, slow.verify(key.text().reveal()).orElseThrow());
  }

  @Test
  void aFloodOfMadeUpKeysKeepsNoKnownKeyOut() throws Exception {
    KeyText key = keys.add();
    var tasks = new CopyOnWriteArrayList<Runnable>();
    var stuck = new CountDownLatch(1);
    var flooded =
        door.verifier(
            task -> {
              if (tasks.isEmpty() || stuck.getCount() == 0) {
                task.run();
              }
              tasks.add(task);
            },
            Duration.ofSeconds(20));
    assertInstanceOf(Admission.Admitted.class, flooded.verify(key.text().reveal()).orElseThrow());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var strangers = new ArrayList<Future<Optional<Admission>>>();
      for (int i = 0; i < KeyCache.MOST_STRANGERS; i++) {
        String made = KeyText.make(new SecureRandom()).text().reveal();
        strangers.add(threads.submit(() -> flooded.verify(made)));
      }
      Await.until(
          "all of them to wait",
          Duration.ofSeconds(10),
          () -> tasks.size() >= 2 + KeyCache.MOST_STRANGERS); // with the note of the first use
      assertInstanceOf(
          Admission.Unavailable.class,
          flooded.verify(KeyText.make(new SecureRandom()).text().reveal()).orElseThrow());
      int before = tasks.size();
      stuck.countDown();
      clock.forward(Door.FRESH);
      assertInstanceOf(Admission.Admitted.class, flooded.verify(key.text().reveal()).orElseThrow());
      assertTrue(tasks.size() > before, "it was read anew");
      for (Runnable task : tasks.subList(2, 2 + KeyCache.MOST_STRANGERS)) {
        task.run();
      }
      for (var stranger : strangers) {
        assertEquals(Optional.of(Door.REFUSED), stranger.get());
      }
    }
  }

  @Test
  void theMemoryForKeysIsBoundedAndMadeUpKeysTakeNone() throws Exception {
    StoredKey stored = keys.find(keys.add().id()).orElseThrow();
    KeyRecords many =
        new KeyRecords() {
          @Override
          public Optional<StoredKey> find(String id) {
            return id.startsWith("known") ? Optional.of(stored) : Optional.empty();
          }

          @Override
          public void used(String id, Instant at) {}
        };
    var cache =
        new KeyCache(
            many,
            _ -> OptionalInt.empty(),
            new KeyCache.Times(Door.FRESH, Door.OUTAGE, Duration.ofSeconds(20)),
            clock,
            Runnable::run);
    for (int i = 0; i < 1000; i++) {
      cache.find("made-up-" + i);
    }
    assertEquals(0, cache.size());
    for (int i = 0; i < KeyCache.MOST_KEYS + 1000; i++) {
      cache.find("known-" + i);
    }
    assertEquals(KeyCache.MOST_KEYS, cache.size());
  }
}
