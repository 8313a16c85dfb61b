package io.weir.messaging.runtime;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.LoggerContextVO;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import io.weir.messaging.secret.Redaction;
import io.weir.messaging.secret.SecretScanner;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;

/**
 * A log event as it may be shown: secrets masked in its message, key-values, context and in the
 * messages of its exceptions. Masked before it is encoded, so that the form of the log stays whole.
 */
final class MaskedEvent implements ILoggingEvent {
  private final ILoggingEvent event;
  private final String message;
  private final @Nullable List<KeyValuePair> pairs;
  private final Map<String, String> context;
  private final @Nullable IThrowableProxy failure;

  private MaskedEvent(
      ILoggingEvent event,
      String message,
      @Nullable List<KeyValuePair> pairs,
      Map<String, String> context,
      @Nullable IThrowableProxy failure) {
    this.event = event;
    this.message = message;
    this.pairs = pairs;
    this.context = context;
    this.failure = failure;
  }

  /** The event itself when there is nothing to mask in it, as is usual. */
  @SuppressWarnings("ReferenceEquality") // the same object means that nothing was masked
  static ILoggingEvent of(ILoggingEvent event) {
    String shown = event.getFormattedMessage();
    String message = shown == null ? "" : Redaction.ofLog(shown);
    List<KeyValuePair> pairs = pairs(event.getKeyValuePairs());
    Map<String, String> context = context(event.getMDCPropertyMap());
    IThrowableProxy failure = failure(event.getThrowableProxy(), 0);
    boolean same =
        (shown == null || message == shown)
            && pairs == event.getKeyValuePairs()
            && context == event.getMDCPropertyMap()
            && failure == event.getThrowableProxy();
    return same ? event : new MaskedEvent(event, message, pairs, context, failure);
  }

  @SuppressWarnings("ReferenceEquality")
  private static @Nullable List<KeyValuePair> pairs(@Nullable List<KeyValuePair> pairs) {
    if (pairs == null) {
      return null;
    }
    List<KeyValuePair> masked = null;
    for (int i = 0; i < pairs.size(); i++) {
      KeyValuePair pair = pairs.get(i);
      if (pair.value == null || pair.value instanceof Number || pair.value instanceof Boolean) {
        continue;
      }
      String value = String.valueOf(pair.value);
      String shown = value(pair.key, value);
      if (shown != value) {
        masked = masked == null ? new ArrayList<>(pairs) : masked;
        masked.set(i, new KeyValuePair(pair.key, shown));
      }
    }
    return masked == null ? pairs : masked;
  }

  @SuppressWarnings("ReferenceEquality")
  private static Map<String, String> context(Map<String, String> context) {
    Map<String, String> masked = null;
    for (Map.Entry<String, String> entry : context.entrySet()) {
      String value = entry.getValue();
      String shown = value == null ? "" : value(entry.getKey(), value);
      if (value != null && shown != value) {
        masked = masked == null ? new HashMap<>(context) : masked;
        masked.put(entry.getKey(), shown);
      }
    }
    return masked == null ? context : masked;
  }

  private static String value(String name, String value) {
    return SecretScanner.isSecret(name, value)
        ? Redaction.mask(value.length())
        : Redaction.ofLog(value);
  }

  private static @Nullable IThrowableProxy failure(@Nullable IThrowableProxy failure, int depth) {
    return failure == null || !Failure.isToBeMasked(failure, depth)
        ? failure
        : new Failure(failure);
  }

  /** An exception whose message, or that of one behind it, is masked. */
  private record Failure(IThrowableProxy shown) implements IThrowableProxy {
    private static final int DEEPEST = 16;

    @SuppressWarnings("ReferenceEquality")
    static boolean isToBeMasked(IThrowableProxy failure, int depth) {
      String message = failure.getMessage();
      if (message != null && Redaction.ofLog(message) != message) {
        return true;
      }
      if (depth >= DEEPEST) {
        return false;
      }
      if (failure.getCause() != null && isToBeMasked(failure.getCause(), depth + 1)) {
        return true;
      }
      for (IThrowableProxy suppressed : failure.getSuppressed()) {
        if (isToBeMasked(suppressed, depth + 1)) {
          return true;
        }
      }
      return false;
    }

    @Override
    public @Nullable String getMessage() {
      String message = shown.getMessage();
      return message == null ? null : Redaction.ofLog(message);
    }

    @Override
    public String getClassName() {
      return shown.getClassName();
    }

    @Override
    public StackTraceElementProxy[] getStackTraceElementProxyArray() {
      return shown.getStackTraceElementProxyArray();
    }

    @Override
    public int getCommonFrames() {
      return shown.getCommonFrames();
    }

    @Override
    public @Nullable IThrowableProxy getCause() {
      IThrowableProxy cause = shown.getCause();
      return cause == null ? null : new Failure(cause);
    }

    @Override
    public IThrowableProxy[] getSuppressed() {
      IThrowableProxy[] suppressed = shown.getSuppressed();
      var masked = new IThrowableProxy[suppressed.length];
      for (int i = 0; i < suppressed.length; i++) {
        masked[i] = new Failure(suppressed[i]);
      }
      return masked;
    }

    @Override
    public boolean isCyclic() {
      return shown.isCyclic();
    }
  }

  @Override
  public String getFormattedMessage() {
    return message;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /** None: they are in the message. */
  @Override
  public Object @Nullable [] getArgumentArray() {
    return null;
  }

  @Override
  public @Nullable List<KeyValuePair> getKeyValuePairs() {
    return pairs;
  }

  @Override
  public Map<String, String> getMDCPropertyMap() {
    return context;
  }

  @Override
  @SuppressWarnings("deprecation") // its successor has the same answer
  public Map<String, String> getMdc() {
    return context;
  }

  @Override
  public @Nullable IThrowableProxy getThrowableProxy() {
    return failure;
  }

  @Override
  public String getThreadName() {
    return event.getThreadName();
  }

  @Override
  public Level getLevel() {
    return event.getLevel();
  }

  @Override
  public String getLoggerName() {
    return event.getLoggerName();
  }

  @Override
  public LoggerContextVO getLoggerContextVO() {
    return event.getLoggerContextVO();
  }

  @Override
  public StackTraceElement[] getCallerData() {
    return event.getCallerData();
  }

  @Override
  public boolean hasCallerData() {
    return event.hasCallerData();
  }

  @Override
  public List<Marker> getMarkerList() {
    return event.getMarkerList();
  }

  @Override
  public long getTimeStamp() {
    return event.getTimeStamp();
  }

  @Override
  public int getNanoseconds() {
    return event.getNanoseconds();
  }

  @Override
  public java.time.Instant getInstant() {
    return event.getInstant();
  }

  @Override
  public long getSequenceNumber() {
    return event.getSequenceNumber();
  }

  @Override
  public void prepareForDeferredProcessing() {
    event.prepareForDeferredProcessing();
  }
}
