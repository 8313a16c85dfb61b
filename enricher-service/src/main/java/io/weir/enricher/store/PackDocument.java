package io.weir.enricher.store;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.util.JsonFormat;
import io.weir.enricher.pipeline.Selection;
import io.weir.platform.llm.Bought;
import io.weir.platform.llm.LlmUsage;
import io.weir.proto.v1.ContextPack;
import java.util.Date;
import java.util.List;
import org.bson.Document;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * A pack as a document and back. The pack itself is stored in the JSON form of its contract, field
 * by field, so that it can be read and queried by name.
 */
final class PackDocument {
  /** What was paid for a request. */
  static final String BOUGHT = "bought";

  private static final String TOKENS = "tokens";
  private static final JsonFormat.Printer PRINTER =
      JsonFormat.printer().preservingProtoFieldNames().omittingInsignificantWhitespace();
  private static final JsonFormat.Parser PARSER = JsonFormat.parser().ignoringUnknownFields();
  // Relaxed JSON writes numbers as numbers, which the contract's JSON form reads.
  private static final JsonWriterSettings RELAXED =
      JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();

  private PackDocument() {}

  static Document of(StoredPack stored) {
    return new Document("profile", stored.key().profile())
        .append("campaign_id", stored.key().campaignId())
        .append("locale", stored.key().locale())
        .append("request_hash", stored.requestHash())
        .append("work_id", stored.workId())
        .append("complete", stored.complete())
        .append("mode", stored.pack().getMode())
        .append("model", stored.pack().getModel())
        .append(TOKENS, of(stored.usage()))
        .append(
            "budget",
            new Document("max", stored.budget().max())
                .append("used", stored.budget().used())
                .append("tokenizer", stored.budget().tokenizer()))
        .append("dropped", stored.dropped().stream().map(PackDocument::dropped).toList())
        .append("correlation_id", stored.correlationId())
        .append("enriched_at", Date.from(stored.enrichedAt()))
        .append("pack", pack(stored.pack()));
  }

  static StoredPack read(Document document) {
    Document budget = document.get("budget", Document.class);
    return new StoredPack(
        new PackKey(
            document.getString("profile"),
            document.getString("campaign_id"),
            document.getString("locale")),
        document.getString("request_hash"),
        document.getString("work_id"),
        document.getBoolean("complete"),
        pack(document.get("pack", Document.class)),
        usage(document),
        new Selection.Budget(
            budget.getInteger("max"), budget.getInteger("used"), budget.getString("tokenizer")),
        document.getList("dropped", Document.class, List.of()).stream()
            .map(PackDocument::dropped)
            .toList(),
        document.getString("correlation_id"),
        document.getDate("enriched_at").toInstant());
  }

  static List<Document> of(List<Bought> bought) {
    return bought.stream()
        .map(
            answer ->
                new Document("id", answer.id())
                    .append("model", answer.model())
                    .append(TOKENS, of(answer.usage())))
        .toList();
  }

  /** What was paid for a request; empty when nothing was. */
  static List<Bought> bought(Document document) {
    return document.getList(BOUGHT, Document.class, List.of()).stream()
        .map(answer -> new Bought(answer.getString("id"), answer.getString("model"), usage(answer)))
        .toList();
  }

  private static Document of(LlmUsage usage) {
    return new Document("prompt", usage.promptTokens())
        .append("completion", usage.completionTokens())
        .append("total", usage.totalTokens());
  }

  private static LlmUsage usage(Document document) {
    Document tokens = document.get(TOKENS, Document.class);
    return new LlmUsage(
        tokens.getLong("prompt"), tokens.getLong("completion"), tokens.getLong("total"));
  }

  private static Document pack(ContextPack pack) {
    try {
      return Document.parse(PRINTER.print(pack));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a pack without Any fields is always writable", e);
    }
  }

  private static ContextPack pack(Document document) {
    var pack = ContextPack.newBuilder();
    try {
      PARSER.merge(document.toJson(RELAXED), pack);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored pack can't be read: " + e.getMessage(), e);
    }
    return pack.build();
  }

  private static Document dropped(Selection.Dropped dropped) {
    return new Document("source_id", dropped.sourceId())
        .append("version", dropped.version())
        .append("field", dropped.field())
        .append("start", dropped.start())
        .append("end", dropped.end())
        .append("reason", dropped.reason());
  }

  private static Selection.Dropped dropped(Document document) {
    return new Selection.Dropped(
        document.getString("source_id"),
        document.getLong("version"),
        document.getString("field"),
        document.getInteger("start"),
        document.getInteger("end"),
        document.getString("reason"));
  }
}
