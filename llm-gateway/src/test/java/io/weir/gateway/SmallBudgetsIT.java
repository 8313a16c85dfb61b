package io.weir.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.platform.contract.Scope;
import io.weir.platform.usage.KeyBudget;
import io.weir.platform.usage.KeyNumbers;
import io.weir.proto.v1.LlmResponse;
import io.weir.testsupport.Await;
import io.weir.testsupport.Mood;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Budgets in which only a few reservations find room at once: all of them can be used. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class SmallBudgetsIT {
  private static final Duration SOON = KeyedStand.SOON;
  private static final int EACH = 20;
  private static final String ASK =
      "{\"model\":\"gpt-4o-mini\",\"max_tokens\":50,\"messages\":[{\"role\":\"user\",\"content\":\"hello"
          + " there\"}]}";
  private static final Mood ANSWER = new Mood.Answer("yes", "stop", new Mood.Usage(10, 10));
  private static final Pattern NEEDED = Pattern.compile("(\\d+) may be needed");

  private KeyedStand stand;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    stand = new KeyedStand(folder);
    String key = stand.key("first", Scope.CHAT);
    stand.llm.byDefault(ANSWER);
    Await.until("keys are known", SOON, () -> stand.send(key, ASK, "first").statusCode() == 200);
  }

  @AfterAll
  void stop() throws Exception {
    stand.close();
  }

  @BeforeEach
  void forget() {
    stand.llm.clear();
    stand.llm.byDefault(ANSWER);
  }

  @Test
  void eightAtOnceUseABudgetToItsEndAndNotBeyond() throws Exception {
    int budget = 1_000;
    String key = stand.key("ada", new KeyBudget(budget, KeyBudget.NONE.micros()), Scope.CHAT);
    var answered = new AtomicInteger();
    var refusals = new ArrayList<HttpResponse<String>>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<HttpResponse<String>> untilRefused =
          () -> {
            HttpResponse<String> last = stand.send(key, ASK, "ada");
            while (last.statusCode() != 403) {
              if (last.statusCode() == 200) {
                answered.incrementAndGet();
              } else {
                assertEquals("quota_reserved", KeyedStand.code(last), last.body());
              }
              last = stand.send(key, ASK, "ada");
            }
            return last;
          };
      for (var one : threads.invokeAll(Collections.nCopies(8, untilRefused))) {
        refusals.add(one.get());
      }
    }
    int used = answered.get() * EACH;
    for (HttpResponse<String> refused : refusals) {
      assertEquals("insufficient_quota", KeyedStand.code(refused), refused.body());
    }
    var needed = NEEDED.matcher(refusals.getFirst().body());
    assertTrue(needed.find(), refusals.getFirst().body());
    int last = Integer.parseInt(needed.group(1));
    assertTrue(used <= budget && used + last > budget, used + " used, " + last + " needed");
    Await.until("settled", SOON, () -> stand.audit("ada").counters().open() == 0);
    String id = key.substring(5, 17);
    KeyNumbers numbers = stand.audit("ada").counters().of(id);
    assertEquals(used, numbers.tokensUsed());
    assertEquals(List.of(), stand.audit("ada").differences());
  }

  @Test
  void durableRequestsWaitForRoomAndAreNoDeadLetters() throws Exception {
    int most = 6;
    stand.llm.byDefault(new Mood.Slow(Duration.ofMillis(500), Duration.ZERO, ANSWER));
    // Room for three reservations at once, and for what all of the answers use.
    String key = stand.key("bob", new KeyBudget(250, KeyBudget.NONE.micros()), Scope.CHAT);
    var asker = new DurableAsker(stand.nats.url());
    try {
      for (int i = 0; i < most; i++) {
        String ask = ASK.replace("there", "number " + i); // none is answered from the cache
        asker.request("bob-" + i, ask, key.substring(0, 17));
      }
      for (int i = 0; i < most; i++) {
        assertInstanceOf(LlmResponse.class, asker.answer("bob-" + i));
      }
      assertEquals(List.of(), asker.deadLetters().list(0, 10));
    } finally {
      asker.close();
    }
    assertEquals(most, stand.llm.requests("/v1/chat/completions").size());
  }
}
