package io.weir.platform.work;

import com.google.protobuf.ByteString;
import io.weir.messaging.Outgoing;
import io.weir.messaging.Subject;
import io.weir.messaging.trace.Tracing;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bson.Document;
import org.bson.types.Binary;

/** How an event looks inside the document that it belongs to. Pure. */
final class UnsentEvent {
  static final String ID = "id";
  static final String CREATED_AT = "created_at";
  private static final String SUBJECT = "subject";
  private static final String PAYLOAD = "payload";
  private static final String CONTENT_TYPE = "content_type";
  private static final String MESSAGE_TYPE = "message_type";
  private static final String CORRELATION_ID = "correlation_id";
  private static final String FAMILY = "family";
  private static final String TRACE = "trace";

  private UnsentEvent() {}

  static Document write(Outgoing event, Instant createdAt) {
    return new Document(ID, event.id())
        .append(SUBJECT, event.subject().name())
        .append(PAYLOAD, new Binary(event.payload().toByteArray()))
        .append(CONTENT_TYPE, event.contentType())
        .append(MESSAGE_TYPE, event.messageType())
        .append(CORRELATION_ID, event.correlationId())
        .append(FAMILY, event.subject().family())
        .append(TRACE, new Document(Map.copyOf(Tracing.captured())))
        .append(CREATED_AT, Date.from(createdAt));
  }

  /** The trace context that the event was made in; empty when there was none. */
  static Map<String, String> trace(Document event) {
    var trace = new LinkedHashMap<String, String>();
    event
        .get(TRACE, new Document())
        .forEach((name, value) -> trace.put(name, String.valueOf(value)));
    return trace;
  }

  static Outgoing read(Document event) {
    return new Outgoing(
        new Subject(event.getString(SUBJECT), event.get(FAMILY, "")),
        event.getString(ID),
        ByteString.copyFrom(event.get(PAYLOAD, Binary.class).getData()),
        event.getString(CONTENT_TYPE),
        event.getString(MESSAGE_TYPE),
        event.getString(CORRELATION_ID));
  }
}
