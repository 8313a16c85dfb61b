package io.weir.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.weir.localstack.FreePorts;
import io.weir.localstack.HostEnvironment;
import io.weir.localstack.MongoWireServer;
import io.weir.platform.access.AccessSettings;
import io.weir.platform.access.Admission;
import io.weir.platform.access.ApiKeyVerifier;
import io.weir.platform.access.ApiKeys;
import io.weir.platform.contract.Scope;
import io.weir.platform.mongo.Mongo;
import io.weir.platform.mongo.MongoSettings;
import io.weir.platform.usage.KeyBudget;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The life of API keys as an operator leads it from the shell, before any service runs. */
class KeysCommandIT {
  private record Ran(int exit, String out, String err) {}

  @TempDir Path folder;
  private MongoWireServer server;

  @BeforeEach
  void start() {
    server = MongoWireServer.inMemory();
  }

  @AfterEach
  void stop() {
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

  private String create(String user, String... more) {
    var arguments = new ArrayList<>(List.of("keys", "create", "--user", user, "--scope", "chat"));
    arguments.addAll(List.of(more));
    Ran ran = weir(arguments.toArray(String[]::new));
    assertEquals(0, ran.exit(), ran::toString);
    return ran.out().strip();
  }

  private static JsonNode json(Ran ran) throws Exception {
    return new ObjectMapper().readTree(ran.out());
  }

  /** What a service that asks this MongoDB makes of the key. */
  private Admission admission(String key) throws InterruptedException {
    var mongo =
        new Mongo(
            new MongoSettings(server.uri(), "weir", 2, Duration.ofSeconds(5)), Clock.systemUTC());
    try {
      mongo.start();
      return new ApiKeyVerifier(
              new ApiKeys(mongo, new SecureRandom(), Clock.systemUTC()),
              _ -> OptionalInt.of(10),
              new AccessSettings.KeyTimes(Duration.ofSeconds(10), Duration.ofMinutes(5)),
              Clock.systemUTC())
          .verify(key)
          .orElseThrow();
    } finally {
      mongo.close();
    }
  }

  @Test
  void aKeyIsMadeOpensIsListedAndTakenBack() throws Exception {
    Ran made =
        weir(
            "keys",
            "create",
            "--user",
            "ada",
            "--name",
            "laptop",
            "--scope",
            "jobs:read,jobs:write",
            "--rate",
            "600",
            "--expires",
            "90d");
    assertEquals(0, made.exit(), made::toString);
    String key = made.out().strip();
    assertTrue(key.matches("weir_[0-9A-Za-z]{12}_[0-9A-Za-z]{43}"), "stdout is the key alone");
    String id = key.substring(0, 17);
    assertTrue(made.err().contains(id + " of ada for jobs:read, jobs:write"), made::err);

    Admission admission = admission(key);
    assertTrue(
        admission instanceof Admission.Admitted(var principal)
            && principal.userId().equals("ada")
            && principal.scopes().equals(Set.of(Scope.JOBS_READ, Scope.JOBS_WRITE))
            && principal.perMinute().equals(OptionalInt.of(600)),
        admission::toString);

    Ran list = weir("keys", "list");
    assertEquals(0, list.exit(), list::toString);
    assertTrue(list.out().startsWith("KEY "), list::out);
    assertTrue(
        list.out()
            .matches(
                "(?s).*" + id + " +ada +active +in 89d +600 .* laptop +jobs:read,jobs:write.*"),
        list::out);

    Ran revoked = weir("keys", "revoke", id);
    assertEquals(0, revoked.exit(), revoked::toString);
    assertTrue(revoked.out().contains(id + " of ada (laptop) is revoked"), revoked::out);
    assertEquals(new Admission.Refused(), admission(key));
    assertTrue(weir("keys", "list").out().startsWith("No keys. --all shows"));
    Ran all = weir("keys", "list", "--all");
    assertTrue(all.out().matches("(?s).*" + id + " +ada +revoked +0?\\d+s ago .*"), all::out);
    Ran again = weir("keys", "revoke", id);
    assertEquals(0, again.exit(), "what was wanted is so");
    assertTrue(again.out().contains("was revoked before"), again::out);
  }

  @Test
  void aKeysBudgetIsSetAtItsMakingAndListedWithWhatIsUsed() throws Exception {
    String key = create("ada", "--budget-usd", "12.5", "--budget-tokens", "1000000");
    Admission admission = admission(key);
    assertTrue(
        admission instanceof Admission.Admitted(var principal)
            && principal.budget().equals(new KeyBudget(1_000_000, 12_500_000)),
        admission::toString);
    Ran list = weir("keys", "list");
    assertTrue(list.out().contains(" 0/1000000 tokens, $0.00/12.50 "), list::out);
    JsonNode json = json(weir("keys", "list", "--json")).get(0);
    assertEquals("{\"tokens\":1000000,\"costMicros\":12500000}", json.path("budget").toString());
    assertEquals(0, json.path("used").path("costMicros").asLong(-1));

    for (String[] wrong :
        new String[][] {
          {"chat", "--budget-usd", "-1"},
          {"chat", "--budget-usd", "0.0000001"},
          {"chat", "--budget-tokens", "-1"},
          {"chat,uncharged", "--budget-tokens", "5"},
          {"chat,jobs:write", "--budget-usd", "5"},
        }) {
      Ran ran = weir("keys", "create", "--user", "a", "--scope", wrong[0], wrong[1], wrong[2]);
      assertEquals(2, ran.exit(), ran::toString);
      assertEquals("", ran.out());
    }
  }

  @Test
  void theSecretIsShownByCreateAloneAndOnce() throws Exception {
    String key = create("ada");
    String secret = key.substring(18);
    Ran json = weir("keys", "create", "--user", "bob", "--scope", "search", "--json");
    String other = json(json).path("key").asText();
    assertEquals("active", json(json).path("state").asText());
    for (Ran ran :
        List.of(
            weir("keys", "list"),
            weir("keys", "list", "--json"),
            weir("keys", "revoke", key, other), // whole keys, as they were found in a log
            weir("keys", "revoke", key + "x"),
            weir("keys", "list", "--all", "--json"))) {
      assertFalse((ran.out() + ran.err()).contains(secret), ran::toString);
      assertFalse((ran.out() + ran.err()).contains(other.substring(18)), ran::toString);
    }
    JsonNode all = json(weir("keys", "list", "--all", "--json"));
    assertEquals(2, all.size());
    all.forEach(
        listed -> {
          assertEquals("revoked", listed.path("state").asText());
          assertTrue(listed.path("key").isMissingNode() && listed.path("hash").isMissingNode());
        });
  }

  @Test
  void listsAreByUserAndBounded() throws Exception {
    for (String user : new String[] {"ada", "bob", "ada"}) {
      create(user);
    }
    assertEquals(2, json(weir("keys", "list", "--user", "ada", "--json")).size());
    Ran two = weir("keys", "list", "--limit", "2");
    assertTrue(two.out().contains("2 shown, there are more"), two::out);
    assertFalse(weir("keys", "list", "--limit", "3").out().contains("there are more"));
    assertTrue(weir("keys", "list", "--user", "eve").out().startsWith("No keys of eve."));
  }

  @Test
  void ofSeveralKeysAllAreTriedAndOneThatIsNotThereIsSaid() throws Exception {
    String id = create("ada").substring(5, 17);
    Ran ran = weir("keys", "revoke", "aaaaaaaaaaaa", id);
    assertEquals(1, ran.exit());
    assertTrue(ran.err().contains("weir_aaaaaaaaaaaa: there is none"), ran::toString);
    assertTrue(ran.out().contains(id), ran::toString);
    Ran wrong = weir("keys", "revoke", create("bob").substring(0, 17), "rubbish");
    assertEquals(2, wrong.exit());
    assertTrue(wrong.err().contains("Argument 2"), wrong::err);
    assertEquals(1, json(weir("keys", "list", "--json")).size(), "nothing was revoked by half");
  }

  @Test
  void whatCanNotBeMeantIsRefusedWithExitCodeTwoAndNoKey() throws Exception {
    for (String[] wrong :
        List.of(
            new String[] {"keys"},
            new String[] {"keys", "create"},
            new String[] {"keys", "create", "--user", "ada"},
            new String[] {"keys", "create", "--user", " ", "--scope", "chat"},
            new String[] {"keys", "create", "--user", "a\nb", "--scope", "chat"},
            new String[] {"keys", "create", "--user", "ada", "--scope", ""},
            new String[] {"keys", "create", "--user", "ada", "--scope", "chat", "--rate", "0"},
            new String[] {"keys", "create", "--user", "ada", "--scope", "chat", "--rate", "x"},
            new String[] {"keys", "create", "--user", "ada", "--scope", "chat", "--expires", "1y"},
            new String[] {"keys", "create", "--user", "ada", "--scope", "chat", "--expires", "0d"},
            new String[] {
              "keys",
              "create",
              "--user",
              "ada",
              "--scope",
              "chat",
              "--expires",
              "2001-01-01T00:00:00Z"
            },
            new String[] {"keys", "list", "--limit", "0"},
            new String[] {"keys", "revoke"})) {
      Ran ran = weir(wrong);
      assertEquals(2, ran.exit(), () -> String.join(" ", wrong) + ran);
      assertFalse(ran.err().contains("\tat "), ran::err);
    }
    Ran scope = weir("keys", "create", "--user", "ada", "--scope", "chat,admin");
    assertEquals(2, scope.exit());
    assertTrue(
        scope.err().contains("'admin' is no scope; there are chat, tools, models"), scope::err);
    assertEquals(0, json(weir("keys", "list", "--all", "--json")).size());
  }

  @Test
  void aServerThatIsAwayIsNamedWithWhatToDoAndWithoutItsPassword() {
    String uri = "mongodb://ada:hunter2@127.0.0.1:" + FreePorts.one();
    Ran away = weir(Map.of("MONGODB_URI", uri), "keys", "list");
    assertEquals(1, away.exit());
    assertTrue(away.err().contains("MongoDB at 127.0.0.1:"), away::err);
    assertTrue(away.err().contains("does not answer"), away::err);
    assertFalse(away.err().contains("hunter2"), away::err);
    Ran unknown = weir(Map.of("MONGODB_URI", ""), "keys", "list");
    assertEquals(1, unknown.exit());
    assertTrue(unknown.err().contains("./weir up"), unknown::err);
    Ran wrong = weir(Map.of("MONGODB_URI", "postgres://ada:hunter2@db"), "keys", "list");
    assertEquals(1, wrong.exit(), wrong::toString);
    assertTrue(wrong.err().contains("MONGODB_URI"), wrong::err);
    assertFalse(wrong.err().contains("hunter2") || wrong.err().contains("\tat "), wrong::err);
  }
}
