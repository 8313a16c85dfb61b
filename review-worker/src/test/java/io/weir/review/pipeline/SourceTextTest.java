package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class SourceTextTest {
  @Test
  void all_three_line_breaks_end_a_line() {
    var source = new SourceText("a\nbb\r\nccc\rdddd");
    assertEquals(4, source.lineCount());
    assertEquals("bb", source.line(2));
    assertEquals("ccc", source.line(3));
    assertEquals("dddd", source.line(4));
    assertEquals(new Region(2, 2, 4, 2), source.region(3, 11));
  }

  @Test
  void pylints_byte_columns_become_utf16_columns() {
    var source = new SourceText("x = \"é😀\"; y = undefined");
    // In UTF-8 the name starts at byte 18; é is two bytes and one unit, 😀 four bytes and two
    // units.
    assertEquals(16, source.columnOfUtf8Offset(1, 18));
    assertEquals("undefined", source.line(1).substring(15));
  }

  @Test
  void a_place_outside_the_file_is_moved_into_it() {
    var source = new SourceText("ab\nc");
    assertEquals(new Region(2, 2, 2, 2), source.clamp(9, 9, 12, 1));
    assertEquals(new Region(1, 1, 2, 2), source.clamp(0, 0, 7, 7));
  }
}
