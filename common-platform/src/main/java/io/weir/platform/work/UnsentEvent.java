package io.weir.platform.work;

import com.google.protobuf.ByteString;
import io.weir.messaging.Outgoing;
import io.weir.messaging.Subject;
import java.time.Instant;
import java.util.Date;
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

  private UnsentEvent() {}

  static Document write(Outgoing event, Instant createdAt) {
    return new Document(ID, event.id())
        .append(SUBJECT, event.subject().name())
        .append(PAYLOAD, new Binary(event.payload().toByteArray()))
        .append(CONTENT_TYPE, event.contentType())
        .append(MESSAGE_TYPE, event.messageType())
        .append(CORRELATION_ID, event.correlationId())
        .append(CREATED_AT, Date.from(createdAt));
  }

  static Outgoing read(Document event) {
    return new Outgoing(
        new Subject(event.getString(SUBJECT)),
        event.getString(ID),
        ByteString.copyFrom(event.get(PAYLOAD, Binary.class).getData()),
        event.getString(CONTENT_TYPE),
        event.getString(MESSAGE_TYPE),
        event.getString(CORRELATION_ID));
  }
}
