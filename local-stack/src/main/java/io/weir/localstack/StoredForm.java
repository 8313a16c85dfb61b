package io.weir.localstack;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.LegacyUUID;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.ObjectDataType;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a value in the file: a tag and then, as in BSON, what the type needs. BSON itself
 * would lose what the back end keeps apart in memory (a missing key, an instant's nanoseconds, a
 * set). A type without a tag is written by Java serialization, which is what the stock back end
 * does with everything, and slow.
 *
 * <p>Tags are for ever: a changed meaning needs a new {@link StoreFile#FORM}. Safe for threads.
 */
final class StoredForm {

  private static final byte NULL = 0;
  private static final byte MISSING = 1;
  private static final byte FALSE = 2;
  private static final byte TRUE = 3;
  private static final byte INT = 4;
  private static final byte LONG = 5;
  private static final byte DOUBLE = 6;
  private static final byte DECIMAL = 7;
  private static final byte STRING = 8;
  private static final byte DOCUMENT = 9;
  private static final byte LIST = 10;
  private static final byte SET = 11;
  private static final byte KEY = 12;
  private static final byte OBJECT_ID = 13;
  private static final byte UUID_ = 14;
  private static final byte LEGACY_UUID = 15;
  private static final byte BINARY = 16;
  private static final byte INSTANT = 17;
  private static final byte TIMESTAMP = 18;
  private static final byte REGEX = 19;
  private static final byte MIN_KEY = 20;
  private static final byte MAX_KEY = 21;
  private static final byte SERIALIZED = 22;

  private static final int OBJECT_ID_BYTES = 12;

  private final StoredText texts = new StoredText();

  void write(WriteBuffer out, @Nullable Object value) {
    switch (value) {
      case null -> out.put(NULL);
      case String text -> {
        out.put(STRING);
        StoredText.write(out, text);
      }
      case Integer number -> {
        out.put(INT);
        out.putVarInt((number << 1) ^ (number >> 31));
      }
      case Long number -> {
        out.put(LONG);
        out.putVarLong((number << 1) ^ (number >> 63));
      }
      case Double number -> {
        out.put(DOUBLE);
        out.putLong(Double.doubleToRawLongBits(number));
      }
      case Boolean truth -> out.put(truth ? TRUE : FALSE);
      case Instant instant -> {
        out.put(INSTANT);
        out.putLong(instant.getEpochSecond());
        out.putVarInt(instant.getNano());
      }
      case Document document -> {
        out.put(DOCUMENT);
        out.putVarInt(document.size());
        for (Map.Entry<String, Object> field : document.entrySet()) {
          StoredText.write(out, field.getKey());
          write(out, field.getValue());
        }
      }
      case List<?> list -> writeAll(out, LIST, list);
      case Set<?> set -> writeAll(out, SET, set);
      case KeyValue key -> {
        out.put(KEY);
        out.putVarInt(key.size());
        for (Object part : key) {
          write(out, part);
        }
      }
      case ObjectId id -> {
        out.put(OBJECT_ID);
        out.put(id.toByteArray());
      }
      case UUID id ->
          writePair(out, UUID_, id.getMostSignificantBits(), id.getLeastSignificantBits());
      case LegacyUUID id ->
          writePair(
              out,
              LEGACY_UUID,
              id.getUuid().getMostSignificantBits(),
              id.getUuid().getLeastSignificantBits());
      case BinData data -> {
        out.put(BINARY);
        writeBytes(out, data.getData());
      }
      case Decimal128 number -> writePair(out, DECIMAL, number.getLow(), number.getHigh());
      case BsonTimestamp timestamp -> {
        out.put(TIMESTAMP);
        out.putLong(timestamp.getValue());
      }
      case BsonRegularExpression regex -> {
        out.put(REGEX);
        write(out, regex.getPattern());
        write(out, regex.getOptions());
      }
      case Missing _ -> out.put(MISSING);
      case MinKey _ -> out.put(MIN_KEY);
      case MaxKey _ -> out.put(MAX_KEY);
      default -> {
        out.put(SERIALIZED);
        writeBytes(out, ObjectDataType.serialize(value));
      }
    }
  }

  @Nullable Object read(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case NULL -> null;
      case MISSING -> Missing.getInstance();
      case FALSE -> false;
      case TRUE -> true;
      case INT -> {
        int zigzag = DataUtils.readVarInt(in);
        yield (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case LONG -> {
        long zigzag = DataUtils.readVarLong(in);
        yield (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case DOUBLE -> Double.longBitsToDouble(in.getLong());
      case DECIMAL -> new Decimal128(in.getLong(), in.getLong());
      case STRING -> StoredText.read(in);
      case DOCUMENT -> readDocument(in);
      case LIST -> readInto(new ArrayList<>(), in);
      case SET -> readInto(new LinkedHashSet<>(), in);
      case KEY -> new KeyValue(readInto(new ArrayList<>(), in));
      case OBJECT_ID -> new ObjectId(readBytes(in, OBJECT_ID_BYTES));
      case UUID_ -> new UUID(in.getLong(), in.getLong());
      case LEGACY_UUID -> new LegacyUUID(in.getLong(), in.getLong());
      case BINARY -> new BinData(readBytes(in, DataUtils.readVarInt(in)));
      case INSTANT -> Instant.ofEpochSecond(in.getLong(), DataUtils.readVarInt(in));
      case TIMESTAMP -> new BsonTimestamp(in.getLong());
      case REGEX -> new BsonRegularExpression((String) read(in), (String) read(in));
      case MIN_KEY -> MinKey.getInstance();
      case MAX_KEY -> MaxKey.getInstance();
      case SERIALIZED -> ObjectDataType.deserialize(readBytes(in, DataUtils.readVarInt(in)));
      default ->
          throw DataUtils.newMVStoreException(
              DataUtils.ERROR_FILE_CORRUPT, "Unknown tag {0} of a stored value", tag);
    };
  }

  private void writeAll(WriteBuffer out, byte tag, Collection<?> values) {
    out.put(tag);
    out.putVarInt(values.size());
    for (Object value : values) {
      write(out, value);
    }
  }

  private static void writePair(WriteBuffer out, byte tag, long first, long second) {
    out.put(tag);
    out.putLong(first);
    out.putLong(second);
  }

  private static void writeBytes(WriteBuffer out, byte[] bytes) {
    out.putVarInt(bytes.length);
    out.put(bytes);
  }

  private Document readDocument(ByteBuffer in) {
    Document document = new Document();
    for (int left = DataUtils.readVarInt(in); left > 0; left--) {
      String name = texts.readName(in);
      document.put(name, read(in));
    }
    return document;
  }

  private <C extends Collection<@Nullable Object>> C readInto(C values, ByteBuffer in) {
    for (int left = DataUtils.readVarInt(in); left > 0; left--) {
      values.add(read(in));
    }
    return values;
  }

  private static byte[] readBytes(ByteBuffer in, int length) {
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }
}
