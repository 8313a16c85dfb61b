package io.weir.localstack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import de.bwaldvogel.mongo.backend.KeyValue;
import de.bwaldvogel.mongo.backend.Missing;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import org.h2.mvstore.WriteBuffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StoredTypeTest {

  private final StoredType type = new StoredType();

  @Test
  void documentsOfAllTypesAreReadAsTheyWereWritten() {
    RandomValues values = new RandomValues(20_261_128);
    for (int i = 0; i < 600; i++) {
      Document document = values.document(4);
      assertEquals(document, written(document));
    }
  }

  @Test
  void numbersKeepTheirTypeAndTheirBits() {
    for (Object number : List.of(1, 1L, 1.0, 0.0, -0.0, Double.NaN, Integer.MIN_VALUE, -1L)) {
      assertEquals(number, written(number));
    }
    assertNotEquals(written(1), written(1L));
  }

  @Test
  void whatHasNoEqualsIsReadAsItWasWritten() {
    assertSame(Missing.getInstance(), written(Missing.getInstance()));
    BsonRegularExpression regex =
        (BsonRegularExpression) written(RandomValues.regex("a?\u0000", "i"));
    assertEquals("a?\u0000", Objects.requireNonNull(regex).getPattern());
    assertEquals("i", regex.getOptions());
    BsonRegularExpression bare = (BsonRegularExpression) written(RandomValues.regex("b", null));
    assertNull(Objects.requireNonNull(bare).getOptions());
    assertEquals(
        new LinkedHashSet<>(List.of("b", "a")), written(new LinkedHashSet<>(List.of("b", "a"))));
  }

  @Test
  void orderAndSpellingOfFieldNamesAreKept() {
    List<String> names =
        List.of("z", "a", "", "a.b", "$c", "n\u0000l", "ä", "\uD83D?", "x".repeat(99));
    Document document = new Document();
    names.forEach(name -> document.put(name, 1));
    for (int i = 0; i < 2; i++) { // known names the second time
      assertEquals(
          names, List.copyOf(((Document) Objects.requireNonNull(written(document))).keySet()));
    }
  }

  @Test
  void aDocumentOfSixteenMebibytesIsReadAsItWasWritten() {
    Document document = new Document("text", "ä".repeat(8 << 20)).append("end", 1);
    assertEquals(document, written(document));
    assertTrue(type.getMemory(document) > 8 << 20);
  }

  @Test
  void keysAreInOneTotalOrderThatFindsWhatIsEqualAndNothingElse() {
    RandomValues values = new RandomValues(7);
    List<@Nullable Object> keys = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      keys.add(
          i % 2 == 0
              ? new KeyValue(Arrays.asList(values.value(2), values.value(1)))
              : values.value(2));
    }
    keys.sort(type);
    for (int i = 0; i < keys.size(); i++) {
      assertEquals(0, type.compare(keys.get(i), written(keys.get(i))));
      for (int j = 0; j < keys.size(); j++) {
        int order = type.compare(keys.get(i), keys.get(j));
        assertEquals(order == 0, Objects.equals(keys.get(i), keys.get(j)));
        assertEquals(
            Integer.signum(order), -Integer.signum(type.compare(keys.get(j), keys.get(i))));
        assertTrue(order == 0 || (order < 0) == (i < j), "not transitive");
      }
    }
  }

  @Test
  void idsOfOneTypeAreInTheOrderInWhichTheStockBackEndShowsThem() {
    assertTrue(type.compare(2, 10) < 0);
    assertTrue(type.compare(10, 2L) < 0);
    assertTrue(type.compare("10", "2") < 0);
    assertTrue(type.compare(3.5, "") < 0);
  }

  private @Nullable Object written(@Nullable Object value) {
    WriteBuffer out = new WriteBuffer();
    type.write(out, value);
    ByteBuffer in = out.getBuffer();
    in.flip();
    Object read = type.read(in);
    assertEquals(0, in.remaining());
    return read;
  }
}
