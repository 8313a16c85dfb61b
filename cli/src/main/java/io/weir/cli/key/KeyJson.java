package io.weir.cli.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.weir.platform.access.ApiKey;
import io.weir.platform.contract.Scope;
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
    node.put("state", state(key, now));
    node.put("createdAt", key.createdAt().toString());
    key.expiresAt().ifPresent(at -> node.put("expiresAt", at.toString()));
    key.revokedAt().ifPresent(at -> node.put("revokedAt", at.toString()));
    key.lastUsedAt().ifPresent(at -> node.put("lastUsedAt", at.toString()));
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
