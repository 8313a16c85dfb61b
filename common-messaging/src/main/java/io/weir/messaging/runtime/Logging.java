package io.weir.messaging.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import co.elastic.logging.logback.EcsEncoder;
import java.io.IOException;
import java.nio.file.Files;
import org.slf4j.LoggerFactory;

/**
 * Logs to the console and to a rolling file, as text for people or as ECS JSON. Set up by hand so
 * that the settings are the only configuration. Secrets are masked in either form.
 */
final class Logging {
  static final String TEXT =
      "[%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX,UTC}] [%level] %msg {%kvp{DOUBLE} %mdc} %logger{0}%n%ex{8}";

  private Logging() {}

  static void start(String service, RuntimeSettings settings) throws IOException {
    Files.createDirectories(settings.logFolder());
    LoggerContext context = context();
    context.reset();
    var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.toLevel(settings.logLevel()));
    var console = new ConsoleAppender<ILoggingEvent>();
    console.setName("console");
    root.addAppender(started(console, context, service, settings));
    root.addAppender(started(file(context, service, settings), context, service, settings));
    // The libraries' own start-up talk is not about this service.
    for (String chatty : new String[] {"io.helidon", "org.mongodb.driver", "okhttp3", "io.netty"}) {
      context.getLogger(chatty).setLevel(Level.WARN);
    }
  }

  /** The JDK logs each exit with a stack trace at DEBUG, which hides the lines that matter. */
  static void endQuietly() {
    context().getLogger(Runtime.class.getName()).setLevel(Level.INFO);
  }

  static void stop() {
    context().stop();
  }

  /** While another thread sets SLF4J up, its factory is a stand-in. */
  private static LoggerContext context() {
    while (true) {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        return context;
      }
      Thread.onSpinWait();
    }
  }

  private static RollingFileAppender<ILoggingEvent> file(
      LoggerContext context, String service, RuntimeSettings settings) {
    var appender = new RollingFileAppender<ILoggingEvent>();
    appender.setName("file");
    appender.setFile(settings.logFolder().resolve(service + ".log").toString());
    appender.setContext(context);
    var policy = new SizeAndTimeBasedRollingPolicy<ILoggingEvent>();
    policy.setContext(context);
    policy.setParent(appender);
    policy.setFileNamePattern(settings.logFolder().resolve(service + ".%d.%i.log.gz").toString());
    policy.setMaxFileSize(FileSize.valueOf("10MB"));
    policy.setMaxHistory(14);
    policy.setTotalSizeCap(FileSize.valueOf("200MB"));
    policy.start();
    appender.setRollingPolicy(policy);
    return appender;
  }

  private static OutputStreamAppender<ILoggingEvent> started(
      OutputStreamAppender<ILoggingEvent> appender,
      LoggerContext context,
      String service,
      RuntimeSettings settings) {
    appender.setContext(context);
    var masking = new MaskingEncoder(encoder(context, service, settings));
    masking.setContext(context);
    masking.start();
    appender.setEncoder(masking);
    appender.start();
    return appender;
  }

  private static Encoder<ILoggingEvent> encoder(
      LoggerContext context, String service, RuntimeSettings settings) {
    if (settings.logFormat().equals("json")) {
      var ecs = new EcsEncoder();
      ecs.setContext(context);
      ecs.setServiceName(service);
      ecs.start();
      return ecs;
    }
    var text = new PatternLayoutEncoder();
    text.setContext(context);
    text.setPattern(TEXT);
    text.start();
    return text;
  }
}
