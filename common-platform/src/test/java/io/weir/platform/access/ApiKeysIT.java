package io.weir.platform.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.mongodb.client.model.Updates;
import io.weir.messaging.DependencyUnavailableException;
import io.weir.platform.Store;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.testsupport.Await;
import io.weir.testsupport.OnEveryStore;
import io.weir.testsupport.StoreServer;
import io.weir.testsupport.Ticking;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@OnEveryStore
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ApiKeysIT {
  private static final AccessSettings.KeyTimes TIMES =
      new AccessSettings.KeyTimes(Duration.ofSeconds(10), Duration.ofMinutes(5));

  private final Ticking clock = new Ticking();
  private final StoreServer on;
  private Store store;
  private ApiKeys keys;

  ApiKeysIT(StoreServer on) {
    this.on = on;
  }

  @BeforeEach
  void start() throws InterruptedException {
    store = Store.start(on);
    keys = new ApiKeys(store.mongo, new SecureRandom(), clock);
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private static NewKey wanted(String user) {
    return new NewKey(
        user, "laptop", Set.of(Scope.JOBS_READ, Scope.CHAT), OptionalInt.empty(), Optional.empty());
  }

  private Optional<Instant> lastUsed(String id) throws InterruptedException {
    return keys.find(id).orElseThrow().key().lastUsedAt();
  }

  @Test
  void aKeyIsFoundAsItWasMadeAndItsSecretIsNotStored() throws Exception {
    Instant end = clock.instant().plus(Duration.ofDays(90));
    ApiKeys.Made made =
        keys.create(
            new NewKey("ada", "ci", Set.of(Scope.SEARCH), OptionalInt.of(600), Optional.of(end)));
    StoredKey found = keys.find(made.text().id()).orElseThrow();
    assertEquals(made.key(), found.key());
    assertEquals(
        new ApiKey(
            made.text().id(),
            "ada",
            "ci",
            Set.of(Scope.SEARCH),
            OptionalInt.of(600),
            clock.instant(),
            Optional.of(end),
            Optional.empty(),
            Optional.empty()),
        found.key());
    assertTrue(made.text().matches(found.hash()));
    String stored = store.find("api_keys", made.text().id()).orElseThrow().toJson();
    assertFalse(stored.contains(made.text().text().reveal().substring(18)), stored);
    assertEquals(Optional.empty(), keys.find("none"));
  }

  @Test
  void itsIndexesAreTakenByTheServer() throws Exception {
    var another = new Mongo(settings(), clock);
    try {
      another.with(ApiKeys.INDEXES).start();
    } finally {
      another.close();
    }
  }

  @Test
  void keysAreListedNewestFirstByUserAndNoMoreThanAskedFor() throws Exception {
    for (String user : new String[] {"ada", "bob", "ada"}) {
      keys.create(wanted(user));
      clock.forward(Duration.ofSeconds(1));
    }
    assertEquals(
        List.of("ada", "bob", "ada"),
        keys.list(Optional.empty(), true, 10).stream().map(ApiKey::userId).toList());
    List<ApiKey> ofAda = keys.list(Optional.of("ada"), true, 10);
    assertEquals(2, ofAda.size());
    assertTrue(ofAda.getFirst().createdAt().isAfter(ofAda.getLast().createdAt()));
    assertEquals(ofAda.subList(0, 1), keys.list(Optional.of("ada"), true, 1));
    assertEquals(List.of(), keys.list(Optional.of("eve"), true, 10));
  }

  @Test
  void revokedAndExpiredKeysAreListedOnDemand() throws Exception {
    ApiKey active = keys.create(wanted("ada")).key();
    keys.revoke(keys.create(wanted("ada")).text().id());
    Instant end = clock.instant().plusSeconds(60);
    ApiKey ending =
        keys.create(
                new NewKey("ada", "", Set.of(Scope.CHAT), OptionalInt.empty(), Optional.of(end)))
            .key();
    assertEquals(Set.of(active, ending), Set.copyOf(keys.list(Optional.of("ada"), false, 10)));
    clock.forward(Duration.ofSeconds(60));
    assertEquals(List.of(active), keys.list(Optional.empty(), false, 10));
    assertEquals(3, keys.list(Optional.empty(), true, 10).size());
  }

  @Test
  void aKeyIsRevokedOnceAndKeepsItsTime() throws Exception {
    String id = keys.create(wanted("ada")).text().id();
    Instant at = clock.instant();
    var revoked = assertInstanceOf(RevokeResult.Revoked.class, keys.revoke(id));
    assertEquals(Optional.of(at), revoked.key().revokedAt());
    clock.forward(Duration.ofHours(1));
    var before = assertInstanceOf(RevokeResult.RevokedBefore.class, keys.revoke(id));
    assertEquals(Optional.of(at), before.key().revokedAt());
    assertEquals(ApiKey.State.REVOKED, before.key().state(clock.instant()));
    assertEquals(new RevokeResult.Missing(), keys.revoke("none"));
  }

  @Test
  void ofManyWhoRevokeOneDoes() throws Exception {
    String id = keys.create(wanted("ada")).text().id();
    int revoked = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tries = new ArrayList<Callable<RevokeResult>>();
      for (int i = 0; i < 16; i++) {
        tries.add(() -> keys.revoke(id));
      }
      for (var result : threads.invokeAll(tries)) {
        revoked += result.get() instanceof RevokeResult.Revoked ? 1 : 0;
      }
    }
    assertEquals(1, revoked);
  }

  @Test
  void aUseIsWrittenOnceAMinuteForAllReplicasTogether() throws Exception {
    String id = keys.create(wanted("ada")).text().id();
    Instant first = clock.instant();
    keys.used(id, first);
    assertEquals(Optional.of(first), lastUsed(id));
    keys.used(id, first.plusSeconds(59));
    assertEquals(Optional.of(first), lastUsed(id));
    keys.used(id, first.plusSeconds(60));
    assertEquals(Optional.of(first.plusSeconds(60)), lastUsed(id));
    keys.used(id, first);
    assertEquals(Optional.of(first.plusSeconds(60)), lastUsed(id), "never backwards");
    keys.used("none", first);
    assertEquals(Optional.empty(), keys.find("none"), "nothing is made up");
  }

  @Test
  void aScopeOfANewerReleaseOpensNothingHere() throws Exception {
    String id = keys.create(wanted("ada")).text().id();
    store.mongo.first(
        store
            .mongo
            .collection("api_keys")
            .updateOne(new Document("_id", id), Updates.push("scopes", "launch:missiles")));
    assertEquals(Set.of(Scope.JOBS_READ, Scope.CHAT), keys.find(id).orElseThrow().key().scopes());
  }

  @Test
  void aServiceSeesARevocationWithinTheCacheTimeAndNotesUses() throws Exception {
    var verifier = new ApiKeyVerifier(keys, _ -> OptionalInt.of(10), TIMES, clock);
    ApiKeys.Made made = keys.create(wanted("ada"));
    String text = made.text().text().reveal();
    assertInstanceOf(Admission.Admitted.class, verifier.verify(text).orElseThrow());
    Await.until(
        "the use to be noted",
        Duration.ofSeconds(10),
        () -> lastUsed(made.text().id()).equals(Optional.of(clock.instant())));
    keys.revoke(made.text().id());
    clock.forward(TIMES.fresh());
    assertEquals(new Admission.Refused(), verifier.verify(text).orElseThrow());
  }

  @Test
  void withTheServerStoppedKnownKeysCountAndOthersAreUnavailable() throws Exception {
    var impatient = new Mongo(settings(), Clock.systemUTC());
    try {
      impatient.start();
      var records = new ApiKeys(impatient, new SecureRandom(), clock);
      var verifier = new ApiKeyVerifier(records, _ -> OptionalInt.of(10), TIMES, clock);
      String known = keys.create(wanted("ada")).text().text().reveal();
      String other = keys.create(wanted("bob")).text().text().reveal();
      assertInstanceOf(Admission.Admitted.class, verifier.verify(known).orElseThrow());
      store.database.stopServer();
      assertThrows(DependencyUnavailableException.class, () -> records.find("x"));
      clock.forward(TIMES.outage().minusSeconds(1));
      assertInstanceOf(Admission.Admitted.class, verifier.verify(known).orElseThrow());
      assertInstanceOf(Admission.Unavailable.class, verifier.verify(other).orElseThrow());
      clock.forward(Duration.ofSeconds(1));
      assertInstanceOf(Admission.Unavailable.class, verifier.verify(known).orElseThrow());
    } finally {
      impatient.close();
    }
  }

  private MongoSettings settings() {
    return store.settings(Duration.ofMillis(500));
  }
}
