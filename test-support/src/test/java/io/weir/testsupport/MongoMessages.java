package io.weir.testsupport;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bson.BsonDocument;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Messages of MongoDB's wire protocol, made by hand. */
final class MongoMessages {
  private MongoMessages() {}

  /** A command, with documents in a sequence beside it if there are any. */
  static byte[] command(int requestId, String body, String sequence, String... documents) {
    var sections = new ByteArrayOutputStream();
    sections.writeBytes(new byte[4]); // no flags
    sections.write(0);
    sections.writeBytes(bytes(body));
    if (documents.length > 0) {
      var content = new ByteArrayOutputStream();
      content.writeBytes(sequence.getBytes(StandardCharsets.UTF_8));
      content.write(0);
      for (String document : documents) {
        content.writeBytes(bytes(document));
      }
      sections.write(1);
      sections.writeBytes(number(content.size() + 4));
      sections.writeBytes(content.toByteArray());
    }
    var message = new ByteArrayOutputStream();
    message.writeBytes(number(sections.size() + 16));
    message.writeBytes(number(requestId));
    message.writeBytes(number(0));
    message.writeBytes(number(2013));
    message.writeBytes(sections.toByteArray());
    return message.toByteArray();
  }

  private static byte[] bytes(String json) {
    var document = new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec());
    ByteBuffer buffer = document.getByteBuffer().asNIO();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }
}
