package io.weir.messaging.runtime;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LoggingTest {
  private final Logger runtime = (Logger) LoggerFactory.getLogger("java.lang.Runtime");

  @BeforeEach
  void asBeforeTheSettingsAreRead() {
    runtime.setLevel(Level.DEBUG);
  }

  @AfterEach
  void asItWas() {
    runtime.setLevel(null);
  }

  @Test
  void aRefusedStartShowsItsReasonsWithoutAStackTraceOfItsExit() {
    System.Logger ofTheJdk = System.getLogger("java.lang.Runtime");
    assertTrue(ofTheJdk.isLoggable(System.Logger.Level.DEBUG));
    Logging.endQuietly();
    assertFalse(ofTheJdk.isLoggable(System.Logger.Level.DEBUG));
  }
}
