package io.weir.messaging.secret;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/** The forms of providers' keys, data of this room: {@code key-formats.tsv}. */
final class KeyFormatTable {
  private static final String FILE = "key-formats.tsv";

  static final List<KeyFormat> FORMATS = read();

  private KeyFormatTable() {}

  private static List<KeyFormat> read() {
    try (InputStream file =
        Objects.requireNonNull(KeyFormatTable.class.getResourceAsStream(FILE), FILE)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(KeyFormatTable::row)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static KeyFormat row(String line) {
    String[] cells = line.split("\t", -1);
    return new KeyFormat(
        cells[0],
        cells[1],
        cells[2],
        Integer.parseInt(cells[3]),
        cells[4].equals("word"),
        Pattern.compile(cells[6]),
        Integer.parseInt(cells[5]));
  }
}
