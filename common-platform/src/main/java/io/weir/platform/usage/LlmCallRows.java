package io.weir.platform.usage;

import io.weir.platform.usage.LlmCall.Outcome;
import io.weir.platform.usage.LlmCall.Tokens;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Locale;
import java.util.Map;
import org.bson.Document;

/** How a call stands in the ledger's collection. */
final class LlmCallRows {
  static final String CHARGE = "charge_id";
  static final String MONTH = "period";
  static final String OUTCOME = "outcome";

  private LlmCallRows() {}

  static Document of(LlmCall call) {
    var row = new Document("_id", call.id());
    row.putAll(fields(call));
    return row;
  }

  static Map<String, Object> fields(LlmCall call) {
    return new Document("at", Date.from(call.at()))
        .append(MONTH, YearMonth.from(call.at().atZone(ZoneOffset.UTC)).toString())
        .append("provider", call.provider())
        .append("model", call.model())
        .append("input_tokens", call.tokens().input())
        .append("cached_tokens", call.tokens().cached())
        .append("cache_write_tokens", call.tokens().cacheWrites())
        .append("output_tokens", call.tokens().output())
        .append("estimated", call.estimated())
        .append("cost_micros", call.costMicros())
        .append("user_id", call.user())
        .append("key_id", call.key())
        .append("correlation_id", call.correlationId())
        .append("endpoint", call.endpoint())
        .append("latency_millis", call.latencyMillis())
        .append(OUTCOME, name(call.outcome()))
        .append(CHARGE, call.charge());
  }

  static LlmCall read(Document row) {
    return new LlmCall(
        row.getString("_id"),
        row.getDate("at").toInstant(),
        row.getString("provider"),
        row.getString("model"),
        new Tokens(
            number(row, "input_tokens"),
            number(row, "cached_tokens"),
            number(row, "cache_write_tokens"),
            number(row, "output_tokens")),
        Boolean.TRUE.equals(row.getBoolean("estimated")),
        number(row, "cost_micros"),
        row.getString("user_id"),
        row.getString("key_id"),
        row.getString("correlation_id"),
        row.getString("endpoint"),
        number(row, "latency_millis"),
        outcome(row),
        row.getString(CHARGE));
  }

  static String name(Outcome outcome) {
    return outcome.name().toLowerCase(Locale.ROOT);
  }

  static Outcome outcome(Document row) {
    return Outcome.valueOf(row.getString(OUTCOME).toUpperCase(Locale.ROOT));
  }

  static long number(Document row, String field) {
    return row.get(field, Number.class).longValue();
  }
}
