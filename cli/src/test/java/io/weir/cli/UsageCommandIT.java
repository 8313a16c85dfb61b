package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.MongoWireServer;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.Charge;
import io.weir.platform.usage.Plan;
import io.weir.platform.usage.Quota;
import io.weir.platform.usage.Spend;
import io.weir.platform.usage.Usage;
import io.weir.platform.usage.User;
import io.weir.platform.usage.Users;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
