package io.weir.testsupport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bson.BsonDocument;
import org.bson.BsonSerializationException;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * One message of MongoDB's wire protocol, as it went over the wire. Commands and their answers are
 * {@code OP_MSG}; of a message of another kind, such as a driver's first greeting, only the head is
 * known. Immutable.
 *
 * @see <a href="https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/">the
 *     protocol</a>
 */
public final class MongoFrame implements FrameTap.Frame {
  /** Bytes of the head: length, request, response to, operation, each a little-endian int. */
  static final int HEAD_BYTES = 16;

  private static final int OP_MSG = 2013;
  private static final int FLAG_BYTES = 4;
  private static final int CHECKSUM_PRESENT = 1;
  private static final int BODY = 0;
  private static final int SEQUENCE = 1;

  private final byte[] raw;
  private final int requestId;
  private final int responseTo;
  private final BsonDocument body;
  private final List<BsonDocument> documents;

  private MongoFrame(
      byte[] raw, int requestId, int responseTo, BsonDocument body, List<BsonDocument> documents) {
    this.raw = raw;
    this.requestId = requestId;
    this.responseTo = responseTo;
    this.body = body;
    this.documents = List.copyOf(documents);
  }

  /** Reads a whole message; what can't be read of it is left out. */
  static MongoFrame of(byte[] raw) {
    if (raw.length < HEAD_BYTES) {
      return new MongoFrame(raw, 0, 0, new BsonDocument(), List.of());
    }
    ByteBuffer buffer = ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN);
    int requestId = buffer.getInt(4);
    int responseTo = buffer.getInt(8);
    var documents = new ArrayList<BsonDocument>();
    BsonDocument body = new BsonDocument();
    if (buffer.getInt(12) == OP_MSG) {
      try {
        body = sections(buffer, raw, documents);
      } catch (RuntimeException e) {
        documents.clear(); // malformed: the receiver says so
      }
    }
    return new MongoFrame(raw, requestId, responseTo, body, documents);
  }

  /** The body; the documents that come in sequences beside it go into {@code documents}. */
  private static BsonDocument sections(
      ByteBuffer buffer, byte[] raw, List<BsonDocument> documents) {
    BsonDocument body = new BsonDocument();
    boolean checked = (buffer.getInt(HEAD_BYTES) & CHECKSUM_PRESENT) != 0;
    int end = raw.length - (checked ? Integer.BYTES : 0);
    int at = HEAD_BYTES + FLAG_BYTES;
    while (at < end) {
      int kind = buffer.get(at);
      int length = buffer.getInt(at + 1);
      if (length <= 0 || at + 1 + length > end) {
        throw new BsonSerializationException("a section of %d bytes".formatted(length));
      }
      if (kind == BODY) {
        body = document(raw, at + 1, length);
      } else if (kind == SEQUENCE) {
        int next = at + 1 + Integer.BYTES;
        while (raw[next] != 0) {
          next++; // the sequence's name, such as "updates"
        }
        next++;
        while (next < at + 1 + length) {
          int size = buffer.getInt(next);
          documents.add(document(raw, next, size));
          next += size;
        }
      } else {
        throw new BsonSerializationException("a section of kind " + kind);
      }
      at += 1 + length;
    }
    return body;
  }

  private static BsonDocument document(byte[] raw, int from, int length) {
    return new RawBsonDocument(Arrays.copyOfRange(raw, from, from + length));
  }

  /** Whether a client asks with it for a command. */
  public boolean isCommand() {
    return responseTo == 0 && !body.isEmpty();
  }

  /** Whether it is the server's answer to {@code command}. */
  public boolean answers(MongoFrame command) {
    return responseTo != 0 && responseTo == command.requestId;
  }

  /** The command's name, such as {@code find}; empty for what is none. */
  public String command() {
    return isCommand() ? body.getFirstKey() : "";
  }

  /** The collection that the command is about; empty when it is about none. */
  public String collection() {
    return isCommand() && body.get(body.getFirstKey()) instanceof BsonString name
        ? name.getValue()
        : "";
  }

  /** The command or the answer. */
  public BsonDocument body() {
    return body;
  }

  /** What came in sequences beside the body: documents to insert, updates, deletions. */
  public List<BsonDocument> documents() {
    return documents;
  }

  /** Whether these characters are anywhere in it, for instance in a document's id. */
  public boolean mentions(String text) {
    return new String(raw, StandardCharsets.ISO_8859_1)
        .contains(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1));
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(raw);
  }

  @Override
  public String toString() {
    return "%s %s, %d bytes".formatted(command(), collection(), raw.length).strip();
  }
}
