package io.weir.cli.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.access.ApiKey;
import io.weir.platform.contract.Scope;
import io.weir.platform.usage.KeyNumbers;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Keys as JSON, for programs; without their secrets. */
final class KeyJson {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private KeyJson() {}

  static ObjectNode of(ApiKey key, Instant now) {
    ObjectNode node = MAPPER.createObjectNode();
    node.put("id", key.id());
    node.put("user", key.userId());
    node.put("name", key.name());
    scopes(key).forEach(node.putArray("scopes")::add);
    key.perMinute().ifPresent(rate -> node.put("perMinute", rate));
    if (key.budget().limits()) {
      ObjectNode budget = node.putObject("budget");
      if (key.budget().limitsTokens()) {
        budget.put("tokens", key.budget().tokens());
      }
      if (key.budget().limitsCost()) {
        budget.put("costMicros", key.budget().micros());
      }
    }
    node.put("state", state(key, now));
    node.put("createdAt", key.createdAt().toString());
    key.expiresAt().ifPresent(at -> node.put("expiresAt", at.toString()));
    key.revokedAt().ifPresent(at -> node.put("revokedAt", at.toString()));
    key.lastUsedAt().ifPresent(at -> node.put("lastUsedAt", at.toString()));
    return node;
  }

  /** The same with what it has used of its budget this month. */
  static ObjectNode of(ApiKey key, Instant now, KeyNumbers used) {
    ObjectNode node = of(key, now);
    if (key.budget().limits()) {
      node.putObject("used")
          .put("tokens", used.tokensUsed())
          .put("tokensReserved", used.tokensReserved())
          .put("costMicros", used.costMicros())
          .put("costMicrosReserved", used.costReserved());
    }
    return node;
  }

  static List<String> scopes(ApiKey key) {
    return key.scopes().stream().map(Scope::text).sorted().toList();
  }

  static String state(ApiKey key, Instant now) {
    return key.state(now).name().toLowerCase(Locale.ROOT);
  }

  static String pretty(JsonNode node) {
    return node.toPrettyString();
  }
}
