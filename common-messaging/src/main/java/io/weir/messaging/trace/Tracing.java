package io.weir.messaging.trace;

import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapPropagator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Follows a piece of work by its W3C trace context, from request to message to message: one trace
 * id finds all of it. With an OpenTelemetry SDK in the process spans are recorded, named and
 * attributed by its messaging conventions; without one the context that came is passed on as it is,
 * and where none came one is made. Thread-safe.
 */
public final class Tracing {
  private static final String SCOPE = "io.weir.messaging";
  private static final String TRACE_ID = "trace.id";
  private static final TextMapPropagator W3C = W3CTraceContextPropagator.getInstance();

  private static final Set<String> GOOD_OUTCOMES =
      Set.of(
          "done",
          "skipped",
          "handed_on",
          "handed_back",
          "replay_for_other",
          "suspect_waits",
          "interrupted");
  private static final int SERVER_ERROR = 500;

  private final Tracer tracer;
  private final boolean records;

  public Tracing(OpenTelemetry telemetry) {
    this.tracer = telemetry.getTracer(SCOPE);
    // What nobody records need not be described either.
    this.records = !telemetry.equals(OpenTelemetry.noop());
  }

  /** On the process's OpenTelemetry; an SDK must be in place before the service is wired. */
  public static Tracing global() {
    return new Tracing(GlobalOpenTelemetry.getOrNoop());
  }

  /** A publish that is under way. */
  public static final class Sending {
    private final Span span;

    private Sending(Span span) {
      this.span = span;
    }

    /** JetStream has it. */
    public void stored() {
      span.end();
    }

    /** It is not known to be stored. */
    public void failed(Throwable reason) {
      fail(span, reason);
      span.end();
    }
  }

  /**
   * Begins to send a message for the work of the current context.
   *
   * @param header takes the headers that carry the context
   */
  public Sending send(TracedMessage message, BiConsumer<String, String> header) {
    Context parent = Context.current();
    Span span =
        records
            ? started(
                SpanAttributes.of("send", message, tracer).setSpanKind(SpanKind.PRODUCER), parent)
            : unrecorded(parent);
    W3C.inject(parent.with(span), header, (to, name, value) -> require(to).accept(name, value));
    return new Sending(span);
  }

  /**
   * Runs the handling of a message in the context that it carries. Its trace id stays in the
   * thread's logging context, which whoever takes messages clears after each.
   *
   * @param message asked for when somebody records it
   * @param headers the message's headers
   * @param work returns what became of the message, as a metric names it
   */
  public String process(
      Supplier<TracedMessage> message, Map<String, String> headers, Callable<String> work)
      throws Exception {
    return process(message, headers, work, Function.identity());
  }

  /**
   * As {@link #process(Supplier, Map, Callable)} for work that returns more than that.
   *
   * @param became what became of the message, as a metric names it
   */
  public <T> T process(
      Supplier<TracedMessage> message,
      Map<String, String> headers,
      Callable<T> work,
      Function<T, String> became)
      throws Exception {
    Context parent = extracted(headers::get);
    if (!records) {
      Span carried = Span.fromContext(parent);
      // What came in headers is a reference to a span, which nobody can end.
      if (carried.getSpanContext().isValid()) {
        return logged(parent, carried, work);
      }
      Span made = Span.wrap(freshContext());
      return logged(parent.with(made), made, work);
    }
    Span span =
        started(
            SpanAttributes.of("process", message.get(), tracer).setSpanKind(SpanKind.CONSUMER),
            parent);
    return logged(
        parent.with(span),
        span,
        () -> {
          T done = work.call();
          String outcome = became.apply(done);
          span.setAttribute(SpanAttributes.OUTCOME, outcome);
          if (!GOOD_OUTCOMES.contains(outcome)) {
            span.setStatus(StatusCode.ERROR).setAttribute(SpanAttributes.ERROR_TYPE, outcome);
          }
          return done;
        });
  }

  /**
   * Runs the answering of an HTTP request in the context that it carries.
   *
   * @param header the request's header of a name; null if it has none
   * @param status the answer's status, asked for at the end
   */
  public void serve(
      String method,
      String path,
      Function<String, @Nullable String> header,
      IntSupplier status,
      Runnable work) {
    // An agent that instruments the server has made the context already.
    boolean known = Span.current().getSpanContext().isValid();
    Context parent = known ? Context.current() : extracted(header);
    SpanBuilder builder =
        tracer
            .spanBuilder(method)
            .setSpanKind(known ? SpanKind.INTERNAL : SpanKind.SERVER)
            .setAttribute(SpanAttributes.METHOD, method)
            .setAttribute(SpanAttributes.PATH, path);
    Span span = started(builder, parent);
    try {
      var _ =
          within(
              parent,
              span,
              () -> {
                work.run();
                span.setAttribute(SpanAttributes.STATUS, (long) status.getAsInt());
                if (status.getAsInt() >= SERVER_ERROR) {
                  span.setStatus(StatusCode.ERROR);
                }
                return "";
              });
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a request's work throws no checked exception", e);
    }
  }

  /** Gives {@code header} what carries the current context to another service. */
  public static void inject(BiConsumer<String, String> header) {
    W3C.inject(Context.current(), header, (to, name, value) -> require(to).accept(name, value));
  }

  /** The current context, to be kept with work that goes on later; empty when there is none. */
  public static Map<String, String> captured() {
    var headers = new LinkedHashMap<String, String>();
    inject(headers::put);
    return headers;
  }

  /** Does {@code work} in a context that was captured before; an empty one changes nothing. */
  public static <T> T resumed(Map<String, String> captured, Supplier<T> work) {
    if (captured.isEmpty()) {
      return work.get();
    }
    try (Scope _ = extracted(captured::get).makeCurrent()) {
      return work.get();
    }
  }

  private static <T> T within(Context parent, Span span, Callable<T> work) throws Exception {
    try {
      return logged(parent.with(span), span, work);
    } finally {
      MDC.remove(TRACE_ID);
    }
  }

  /**
   * Leaves the trace id in the logging context.
   *
   * @param span the one of {@code context}
   */
  private static <T> T logged(Context context, Span span, Callable<T> work) throws Exception {
    MDC.put(TRACE_ID, span.getSpanContext().getTraceId());
    try (Scope _ = context.makeCurrent()) {
      return work.call();
    } catch (Throwable e) {
      fail(span, e);
      throw e;
    } finally {
      span.end();
    }
  }

  /** Without an SDK and without a context there is no valid span: then one that records nothing. */
  private static Span started(SpanBuilder builder, Context parent) {
    Span span = builder.setParent(parent).startSpan();
    return span.getSpanContext().isValid() ? span : Span.wrap(freshContext());
  }

  private static Span unrecorded(Context parent) {
    SpanContext context = Span.fromContext(parent).getSpanContext();
    // A span of its own: somebody else's is not ours to end.
    return Span.wrap(context.isValid() ? context : freshContext());
  }

  /** Flagged as sampled, so that a later service with an SDK records its part. */
  private static SpanContext freshContext() {
    var random = ThreadLocalRandom.current();
    // An id of nothing but zeros is none.
    String traceId = TraceId.fromLongs(random.nextLong(), random.nextLong() | 1);
    String spanId = SpanId.fromLong(random.nextLong() | 1);
    return SpanContext.create(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault());
  }

  private static void fail(Span span, Throwable reason) {
    span.setStatus(StatusCode.ERROR)
        .setAttribute(SpanAttributes.ERROR_TYPE, reason.getClass().getName());
  }

  private static Context extracted(Function<String, @Nullable String> header) {
    return W3C.extract(Context.root(), header, (from, name) -> require(from).apply(name));
  }

  private static <T> T require(@Nullable T carrier) {
    if (carrier == null) {
      throw new IllegalArgumentException("no headers to carry a trace context");
    }
    return carrier;
  }
}
