package io.weir.cli.usage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/** Usage as JSON, for programs; without a limit where there is none. */
final class UsageJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private UsageJson() {}

  static ObjectNode of(YearMonth month, List<UserUsage> found) {
    ObjectNode node = MAPPER.createObjectNode().put("month", month.toString());
    var users = node.putArray("users");
    found.forEach(one -> users.add(of(one)));
    return node;
  }

  /** Micro-dollars as dollars. */
  static BigDecimal dollars(long micros) {
    return BigDecimal.valueOf(micros, 6);
  }

  private static ObjectNode of(UserUsage one) {
    var counters = one.account().counters();
    var ledger = one.account().ledger();
    ObjectNode node = MAPPER.createObjectNode();
    node.put("user", counters.user());
    node.put("plan", one.user().plan().key());
    ObjectNode tokens = node.putObject("tokens");
    numbers(
        tokens,
        one.user().quota().tokens(),
        counters.tokensUsed(),
        counters.tokensReserved(),
        one.tokensLeft());
    ObjectNode requests = node.putObject("requests");
    numbers(
        requests,
        one.user().quota().requests(),
        counters.requestsUsed(),
        counters.requestsReserved(),
        one.requestsLeft());
    node.put("costMicros", counters.costMicros());
    node.put("open", counters.open());
    if (!one.keys().isEmpty()) {
      var keys = node.putArray("keys");
      one.keys().forEach(key -> keys.add(of(key)));
    }
    node.putObject("ledger")
        .put("rows", ledger.rows())
        .put("tokens", ledger.tokens())
        .put("requests", ledger.requests())
        .put("costMicros", ledger.costMicros());
    var differences = node.putArray("differences");
    one.account().differences().forEach(differences::add);
    return node;
  }

  private static ObjectNode of(KeyUsage key) {
    ObjectNode node = MAPPER.createObjectNode().put("key", "weir_" + key.id());
    ObjectNode tokens = node.putObject("tokens");
    if (key.budget().limitsTokens()) {
      tokens.put("limit", key.budget().tokens());
    }
    tokens.put("used", key.used().tokensUsed()).put("reserved", key.used().tokensReserved());
    ObjectNode cost = node.putObject("costMicros");
    if (key.budget().limitsCost()) {
      cost.put("limit", key.budget().micros());
    }
    cost.put("used", key.used().costMicros()).put("reserved", key.used().costReserved());
    return node;
  }

  private static void numbers(
      ObjectNode node, long limit, long used, long reserved, Optional<Long> left) {
    if (!UserUsage.isEndless(limit)) {
      node.put("limit", limit);
    }
    node.put("used", used).put("reserved", reserved);
    left.ifPresent(tokens -> node.put("left", tokens));
  }
}
