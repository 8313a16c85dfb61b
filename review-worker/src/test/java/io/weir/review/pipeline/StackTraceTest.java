package io.weir.review.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class StackTraceTest {
  @Test
  void pythons_last_error_and_its_frames_are_read_innermost_first() {
    StackTrace trace =
        StackTrace.parse(
            """
            Traceback (most recent call last):
              File "app.py", line 3, in <module>
                main()
              File "lib/core.py", line 41, in main
                return 1 / n
            ZeroDivisionError: division by zero
            """);
    assertEquals("ZeroDivisionError", trace.type());
    assertEquals("division by zero", trace.message());
    assertEquals(
        List.of(
            new StackTrace.Frame("lib/core.py", 41, 0, "main"),
            new StackTrace.Frame("app.py", 3, 0, "<module>")),
        trace.frames());
  }

  @Test
  void a_java_trace_gives_its_first_error() {
    StackTrace trace =
        StackTrace.parse(
            """
            Exception in thread "main" java.lang.IllegalStateException: no pool
            \tat io.shop.Pool.take(Pool.java:52)
            \tat io.shop.Main.main(Main.java:9)
            Caused by: java.io.IOException: closed
            """);
    assertEquals("java.lang.IllegalStateException", trace.type());
    assertEquals("no pool", trace.message());
    assertEquals(
        new StackTrace.Frame("Pool.java", 52, 0, "io.shop.Pool.take"), trace.frames().getFirst());
  }

  @Test
  void a_javascript_trace_has_columns_and_maybe_no_function() {
    StackTrace trace =
        StackTrace.parse(
            """
            TypeError: Cannot read properties of undefined (reading 'id')
                at load (/srv/app/user.js:10:21)
                at /srv/app/index.js:3:1
            """);
    assertEquals("TypeError", trace.type());
    assertEquals(
        List.of(
            new StackTrace.Frame("/srv/app/user.js", 10, 21, "load"),
            new StackTrace.Frame("/srv/app/index.js", 3, 1, "")),
        trace.frames());
  }

  @Test
  void a_log_without_an_error_gives_nothing() {
    assertEquals(new StackTrace("", "", List.of()), StackTrace.parse("all is well\n"));
  }
}
