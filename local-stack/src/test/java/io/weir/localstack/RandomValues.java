package io.weir.localstack;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.LegacyUUID;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Values of all types that the back end keeps, the same ones for a seed. */
final class RandomValues {

  private static final List<String> TEXTS =
      List.of(
          "",
          "plain",
          "a.b",
          "$dollar",
          "what? a question",
          "nul \u0000 within",
          "Grüße, 世界, 😀",
          "half a pair \uD83D",
          "half a pair? \uDE00 and more");
  private static final List<Double> DOUBLES =
      List.of(0.0, -0.0, 1.0, Double.NaN, Double.MIN_VALUE, Double.NEGATIVE_INFINITY, 1e300);
  private static final List<Long> LONGS =
      List.of(0L, 1L, -1L, Long.MIN_VALUE, Long.MAX_VALUE, (1L << 53) + 1);
  private static final List<Integer> INTS =
      List.of(0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 64);
  private static final int KINDS = 20;

  private final Random random;

  RandomValues(long seed) {
    this.random = new Random(seed);
  }

  Document document(int depth) {
    Document document = new Document();
    for (int left = random.nextInt(8); left > 0; left--) {
      document.put(any(TEXTS) + random.nextInt(20), value(depth));
    }
    return document;
  }

  @Nullable Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? KINDS : KINDS - 2)) {
      case 0 -> null;
      case 1 -> any(INTS);
      case 2 -> any(LONGS);
      case 3 -> any(DOUBLES);
      case 4 -> any(TEXTS);
      case 5 -> random.nextBoolean();
      case 6 -> Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
      case 7 -> new ObjectId(bytes(12));
      case 8 -> new UUID(random.nextLong(), random.nextLong());
      case 9 -> new LegacyUUID(random.nextLong(), random.nextLong());
      case 10 -> new BinData(bytes(random.nextInt(40)));
      case 11 -> new BsonTimestamp(random.nextLong());
      case 12 -> Decimal128.fromNumber(new BigDecimal(random.nextLong()).movePointLeft(7));
      case 13 -> MinKey.getInstance();
      case 14 -> MaxKey.getInstance();
      case 15 -> new BsonJavaScript(any(TEXTS)); // has no form of its own
      case 16 -> random.nextInt();
      case 17 -> random.nextLong();
      case 18 -> document(depth - 1);
      default -> list(depth - 1);
    };
  }

  private List<@Nullable Object> list(int depth) {
    List<@Nullable Object> list = new ArrayList<>();
    for (int left = random.nextInt(5); left > 0; left--) {
      list.add(value(depth));
    }
    return list;
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private <T> T any(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Has no {@code equals}, so it is not among the values. */
  static BsonRegularExpression regex(String pattern, @Nullable String options) {
    return new BsonRegularExpression(pattern, options);
  }
}
