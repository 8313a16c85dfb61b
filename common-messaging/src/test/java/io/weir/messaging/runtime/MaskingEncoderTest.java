package io.weir.messaging.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import co.elastic.logging.logback.EcsEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

final class MaskingEncoderTest {
  private static final String KEY = "ghp_" + "a8Kd02mZq1Lx93Vb7Nc5Ty6Re4Wq2Po1Iu8Y";
  private static final String PASSWORD = "Tr0ub4dor-99";
  private final LoggerContext context = new LoggerContext();

  @Test
  void secrets_are_masked_in_message_pairs_context_and_exceptions_in_both_forms()
      throws IOException {
    for (Encoder<ILoggingEvent> form : List.of(text(), json())) {
      String line = new String(new MaskingEncoder(form).encode(event()), StandardCharsets.UTF_8);
      assertFalse(line.contains(KEY), line);
      assertFalse(line.contains(PASSWORD), line);
      assertTrue(line.contains("login of ada failed"), line);
      assertTrue(line.contains("cannot connect"), line);
      assertTrue(line.contains("BREADCRUMB_EVENTS"), line);
    }
    JsonNode json = new ObjectMapper().readTree(new MaskingEncoder(json()).encode(event()));
    assertEquals("weir-test", json.path("service.name").asText());
    assertEquals("WARN", json.path("log.level").asText());
    assertTrue(json.path("error.message").asText().startsWith("cannot connect"), json::toString);
    assertEquals("BREADCRUMB_EVENTS", json.path("stream").asText());
  }

  @Test
  void a_line_without_secrets_is_passed_on_as_it_is() {
    LoggingEvent event = new LoggingEvent();
    event.setLoggerContext(context);
    event.setLevel(Level.INFO);
    event.setMessage("processing");
    event.setMDCPropertyMap(Map.of("stream", "BREADCRUMB_EVENTS", "correlation_id", "c-1"));
    event.addKeyValuePair(new KeyValuePair("breadcrumb", "1f2e3d4c-aaaa-bbbb-cccc-1234567890ab"));
    event.addKeyValuePair(new KeyValuePair("tokens", 1234));
    assertSame(event, MaskedEvent.of(event));
  }

  private LoggingEvent event() {
    var failure =
        new IllegalStateException(
            "cannot connect to mongodb://app:" + PASSWORD + "@db:27017",
            new IOException("refused with " + KEY));
    failure.addSuppressed(new IOException("password=" + PASSWORD));
    var event =
        new LoggingEvent(
            "fqcn",
            context.getLogger("test"),
            Level.WARN,
            "login of ada failed: {}",
            failure,
            new Object[] {"password=" + PASSWORD});
    var pairs = new ArrayList<KeyValuePair>();
    pairs.add(new KeyValuePair("db_password", PASSWORD));
    pairs.add(new KeyValuePair("path", "/jobs/" + KEY));
    pairs.forEach(event::addKeyValuePair);
    event.setMDCPropertyMap(Map.of("stream", "BREADCRUMB_EVENTS", "correlation_id", KEY));
    return event;
  }

  private Encoder<ILoggingEvent> text() {
    var text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(Logging.TEXT);
    text.start();
    return text;
  }

  private Encoder<ILoggingEvent> json() {
    var ecs = new EcsEncoder();
    ecs.setContext(context);
    ecs.setServiceName("weir-test");
    ecs.start();
    return ecs;
  }
}
