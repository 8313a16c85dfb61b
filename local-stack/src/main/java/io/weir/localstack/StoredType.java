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
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;
import org.jspecify.annotations.Nullable;

/**
 * Keys and values of every map of the store: documents, entries of unique indexes, positions. Keys
 * are in the order in which the stock back end has ids of one type, which a query without a sort
 * shows; two are the same exactly when type and content are. 1, 1L and 1.0 differ, too: an index is
 * asked with numbers that the back end made alike.
 */
final class StoredType extends BasicDataType<Object> {

  private static final long WORD = 24;
  private static final long TEXT = 48;
  private static final long CONTAINER = 80;
  private static final long FIELD = 48;

  private final StoredForm form = new StoredForm();

  /** What a map is to be opened with. */
  MVMap.Builder<Object, Object> maps() {
    return new MVMap.Builder<Object, Object>().keyType(this).valueType(this);
  }

  @Override
  public Object[] createStorage(int size) {
    return new Object[size];
  }

  @Override
  public void write(WriteBuffer out, @Nullable Object value) {
    form.write(out, value);
  }

  @Override
  @SuppressWarnings("NullAway") // H2 says nothing about nulls; there are none but within documents.
  public Object read(ByteBuffer in) {
    return form.read(in);
  }

  /** An estimate of the heap, which is what the cache of pages may have. */
  @Override
  public int getMemory(@Nullable Object value) {
    return (int) Math.min(heapOf(value), Integer.MAX_VALUE / 4);
  }

  private static long heapOf(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case String text -> TEXT + text.length();
      case BinData data -> TEXT + data.getData().length;
      case Document document -> {
        long sum = CONTAINER;
        for (Object field : document.values()) {
          sum += FIELD + heapOf(field);
        }
        yield sum;
      }
      case Collection<?> values -> heapOfAll(values);
      case KeyValue key -> heapOfAll(key);
      default -> WORD;
    };
  }

  private static long heapOfAll(Iterable<?> values) {
    long sum = CONTAINER;
    for (Object value : values) {
      sum += Long.BYTES + heapOf(value);
    }
    return sum;
  }

  @Override
  public int compare(@Nullable Object a, @Nullable Object b) {
    if (a == b) {
      return 0;
    }
    int rank = rank(a);
    int byRank = Integer.compare(rank, rank(b));
    if (byRank != 0) {
      return byRank;
    }
    if (a == null || b == null) {
      return 0;
    }
    return compareAlike(a, b);
  }

  private int compareAlike(Object a, Object b) {
    return switch (a) {
      case String text -> text.compareTo((String) b);
      case KeyValue key -> compareAll(key.iterator(), ((KeyValue) b).iterator());
      case Integer number -> number.compareTo((Integer) b);
      case Long number -> number.compareTo((Long) b);
      case Double number -> number.compareTo((Double) b);
      case ObjectId id -> id.compareTo((ObjectId) b);
      case UUID id -> id.compareTo((UUID) b);
      case Boolean truth -> truth.compareTo((Boolean) b);
      case Instant instant -> instant.compareTo((Instant) b);
      case Document document -> compareFields(document, (Document) b);
      case List<?> list -> compareAll(list.iterator(), ((List<?>) b).iterator());
      case Set<?> set -> compareAll(set.iterator(), ((Set<?>) b).iterator());
      case BinData data -> data.compareTo((BinData) b);
      case LegacyUUID id -> id.compareTo((LegacyUUID) b);
      case BsonTimestamp timestamp -> timestamp.compareTo((BsonTimestamp) b);
      case Decimal128 number ->
          Comparator.comparingLong(Decimal128::getHigh)
              .thenComparingLong(Decimal128::getLow)
              .compare(number, (Decimal128) b);
      case BsonRegularExpression regex -> compareRegex(regex, (BsonRegularExpression) b);
      case Missing _ -> 0;
      case MinKey _ -> 0;
      case MaxKey _ -> 0;
      default -> Arrays.compareUnsigned(ObjectDataType.serialize(a), ObjectDataType.serialize(b));
    };
  }

  private int compareAll(Iterator<?> a, Iterator<?> b) {
    while (a.hasNext() && b.hasNext()) {
      int order = compare(a.next(), b.next());
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(a.hasNext(), b.hasNext());
  }

  private int compareFields(Document a, Document b) {
    Iterator<Map.Entry<String, Object>> left = a.entrySet().iterator();
    Iterator<Map.Entry<String, Object>> right = b.entrySet().iterator();
    while (left.hasNext() && right.hasNext()) {
      Map.Entry<String, Object> one = left.next();
      Map.Entry<String, Object> other = right.next();
      int order = one.getKey().compareTo(other.getKey());
      if (order == 0) {
        order = compare(one.getValue(), other.getValue());
      }
      if (order != 0) {
        return order;
      }
    }
    return Boolean.compare(left.hasNext(), right.hasNext());
  }

  private int compareRegex(BsonRegularExpression a, BsonRegularExpression b) {
    int order = a.getPattern().compareTo(b.getPattern());
    return order != 0 ? order : compare(a.getOptions(), b.getOptions());
  }

  private static int rank(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case Boolean _ -> 1;
      case Integer _ -> 2;
      case Long _ -> 3;
      case Double _ -> 4;
      case String _ -> 5;
      case UUID _ -> 6;
      case ObjectId _ -> 7;
      case KeyValue _ -> 8;
      case Document _ -> 9;
      case List<?> _ -> 10;
      case Set<?> _ -> 11;
      case Instant _ -> 12;
      case BinData _ -> 13;
      case LegacyUUID _ -> 14;
      case BsonTimestamp _ -> 15;
      case Decimal128 _ -> 16;
      case BsonRegularExpression _ -> 17;
      case Missing _ -> 18;
      case MinKey _ -> 19;
      case MaxKey _ -> 20;
      default -> 21;
    };
  }
}
