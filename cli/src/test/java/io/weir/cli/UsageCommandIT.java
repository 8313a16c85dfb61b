package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.MongoWireServer;
import io.weir.platform.access.ApiKey;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.access.NewKey;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyLimit;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.ReserveResult;
import io.weir.platform.usage.Room;
import io.weir.platform.usage.Spend;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator sees of what users have used. */
class UsageCommandIT {
  private static final Clock JUNE =
      Clock.fixed(Instant.parse("2026-06-30T23:59:59Z"), ZoneOffset.UTC);

  private record Ran(int exit, String out, String err) {}

  @TempDir Path folder;
  private MongoWireServer server;
  private Mongo mongo;

  @BeforeEach
  void start() throws InterruptedException {
    server = MongoWireServer.inMemory();
    mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 2, Duration.ofSeconds(5)), Clock.systemUTC());
    mongo.start();
  }

  @AfterEach
  void stop() {
    mongo.close();
    server.close();
  }

  private Ran weir(Map<String, String> environment, String... arguments) {
    var all = new HashMap<String, String>();
    all.put("MONGODB_URI", server.uri());
    all.put("WEIR_HOME", folder.toString());
    all.putAll(environment);
    var out = new StringWriter();
    var err = new StringWriter();
    int exit =
        Weir.commandLine(new HostEnvironment(all))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Ran(exit, out.toString(), err.toString());
  }

  private Ran weir(String... arguments) {
    return weir(Map.of(), arguments);
  }

  private static JsonNode json(Ran ran) throws Exception {
    return new ObjectMapper().readTree(ran.out());
  }

  private void use(Clock clock, String user, long tokens) throws InterruptedException {
    var usage = new Usage(mongo, "review-worker", clock);
    Charge charge = usage.open(user, "w", 500);
    usage.settle(charge, new Spend("m", tokens, 0, tokens * 3));
  }

  @Test
  void aMonthIsShownBesideWhatUsersMayUse() throws Exception {
    new Users(mongo, Plan.LITE).put(new User("ada", Plan.PRO, Optional.of(new Quota(1_000, 9))));
    use(Clock.systemUTC(), "ada", 300);
    use(Clock.systemUTC(), "bob", 40);
    var _ = new Usage(mongo, "review-worker", Clock.systemUTC()).open("ada", "w2", 200);

    JsonNode users = json(weir("usage", "--json")).path("users");
    assertEquals(2, users.size());
    JsonNode ada = users.get(0);
    assertEquals("pro", ada.path("plan").asText());
    assertEquals(
        "{\"limit\":1000,\"used\":300,\"reserved\":200,\"left\":500}",
        ada.path("tokens").toString());
    assertEquals(
        "{\"limit\":9,\"used\":1,\"reserved\":1,\"left\":7}", ada.path("requests").toString());
    assertEquals(900, ada.path("costMicros").asLong());
    assertTrue(users.get(1).path("tokens").path("limit").isMissingNode(), "nobody is limited");

    Ran table = weir("usage");
    assertEquals(0, table.exit());
    assertTrue(table.out().lines().anyMatch(l -> l.matches("USER +PLAN +TOKENS.*")), table::out);
    assertTrue(
        table
            .out()
            .lines()
            .anyMatch(l -> l.matches("ada +pro +1000 +300 +200 +500 +9 +1 +7 +1 +0\\.000900")),
        table::out);

    JsonNode bob =
        json(weir(Map.of("HTTP_AUTH", "keys"), "usage", "--user", "bob", "--json"))
            .path("users")
            .get(0);
    assertEquals("lite", bob.path("plan").asText(), "where callers are asked, the default plan is");
    assertEquals(199_960, bob.path("tokens").path("left").asLong());
  }

  @Test
  void aKeysBudgetIsShownAndCheckedAsItsUsersMonthIs() throws Exception {
    ApiKey key =
        new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC())
            .create(
                new NewKey(
                    "ada",
                    "",
                    Set.of(Scope.CHAT),
                    OptionalInt.empty(),
                    Optional.empty(),
                    new KeyBudget(1_000, 5_000)))
            .key();
    var usage = new Usage(mongo, "review-worker", Clock.systemUTC());
    var limit = Optional.of(new KeyLimit(key.id(), key.budget()));
    var reserved =
        (ReserveResult.Reserved)
            usage.reserve("ada", Quota.UNLIMITED, 10, "w", Room.of(200, 600), limit);
    usage.settle(reserved.charge(), new Spend("m", 300, 0, 900));
    var _ = usage.reserve("ada", Quota.UNLIMITED, 10, "w2", Room.of(100, 50), limit);

    JsonNode shown = json(weir("usage", "--json")).at("/users/0/keys/0");
    assertEquals("weir_" + key.id(), shown.path("key").asText());
    assertEquals("{\"limit\":1000,\"used\":300,\"reserved\":100}", shown.path("tokens").toString());
    assertEquals(
        "{\"limit\":5000,\"used\":900,\"reserved\":50}", shown.path("costMicros").toString());
    Ran table = weir("usage", "--check");
    assertEquals(0, table.exit(), table::toString);
    assertTrue(
        table
            .out()
            .matches(
                "(?s).*weir_"
                    + key.id()
                    + " +ada +1000 +300 +100 +0\\.005000 +0\\.000900 +0\\.000050.*"),
        table::out);

    mongo.first(
        mongo
            .collection("usage_periods")
            .updateOne(
                new Document("user_id", "ada"),
                new Document("$inc", new Document("keys." + key.id() + ".cost_micros", 5L))));
    Ran bad = weir("usage", "--check");
    assertEquals(1, bad.exit(), bad::toString);
    assertTrue(
        bad.out()
            .contains(
                "key weir_" + key.id() + ": cost in micro-dollars: 905 counted, 900 in the ledger"),
        bad::out);
  }

  @Test
  void monthsAreApart() throws Exception {
    use(JUNE, "ada", 300);
    assertTrue(weir("usage").out().startsWith("Nobody has used anything in "));
    assertEquals(
        300,
        json(weir("usage", "--month", "2026-06", "--json")).at("/users/0/tokens/used").asLong());
    for (String wrong : new String[] {"2026", "2026-13", "June"}) {
      Ran ran = weir("usage", "--month", wrong);
      assertEquals(2, ran.exit());
      assertTrue(ran.err().contains("--month is a year and a month"), ran::err);
      assertFalse(ran.err().contains("\tat "), ran::err);
    }
  }

  @Test
  void aCheckSaysWhetherTheCountersAreTheLedgerAndEndsAccordingly() throws Exception {
    use(Clock.systemUTC(), "ada", 300);
    Ran good = weir("usage", "--check");
    assertEquals(0, good.exit(), good::toString);
    assertTrue(
        good.out().contains("The counters of 1 users agree with 1 rows of the ledger."), good::out);

    mongo.first(
        mongo
            .collection("usage_periods")
            .updateOne(
                new Document("user_id", "ada"),
                new Document("$inc", new Document("tokens_used", 5L))));
    Ran bad = weir("usage", "--check");
    assertEquals(1, bad.exit());
    assertTrue(bad.out().contains("ada: tokens used: 305 counted, 300 in the ledger"), bad::out);
    assertEquals(0, weir("usage").exit(), "who only looks is not told off");
    Ran asJson = weir("usage", "--check", "--json");
    assertEquals(1, asJson.exit());
    assertEquals(2, json(asJson).at("/users/0/differences").size(), asJson::out);
  }
}
