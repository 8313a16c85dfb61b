package io.weir.gateway.upstream;

import io.weir.gateway.config.TimeOuts;
import io.weir.messaging.runtime.Component;
import javax.net.ssl.SSLSocketFactory;

/**
 * The one HTTP client to all providers, for HTTP/1.1. Follows no redirects, so that a key never
 * travels to an address that is not configured, and sends a request once: a paid call is never
 * repeated behind its caller's back. Thread-safe.
 */
public final class UpstreamHttp implements Component, AutoCloseable {
  private final IdleConnections idle;
  private final SSLSocketFactory tls;
  private final TimeOuts timeOuts;
  private final Dialer dialer;
  private final Limit total;
  private final Limit page;
  private final Limit beforeStream;
  private final Limit withinStream;

  /** Trusts the authorities that the JVM trusts. */
  public UpstreamHttp(TimeOuts timeOuts) {
    this(timeOuts, (SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  UpstreamHttp(TimeOuts timeOuts, SSLSocketFactory tls) {
    this(new IdleConnections(), tls, timeOuts);
  }

  private UpstreamHttp(IdleConnections idle, SSLSocketFactory tls, TimeOuts timeOuts) {
    this.idle = idle;
    this.tls = tls;
    this.timeOuts = timeOuts;
    this.dialer = new Dialer(timeOuts.connect(), tls);
    this.total = new Limit("calls", timeOuts.total());
    this.page = new Limit("pages", timeOuts.connect());
    this.beforeStream = new Limit("first-bytes", timeOuts.firstByte());
    this.withinStream = new Limit("idle-streams", timeOuts.idle());
  }

  /** The same connections with other time-outs. */
  public UpstreamHttp with(TimeOuts others) {
    return others.equals(timeOuts) ? this : new UpstreamHttp(idle, tls, others);
  }

  /** A call that ends within the total time-out. */
  public UpstreamCall call(UpstreamRequest request) {
    return new UpstreamCall(request, idle, dialer, total, null);
  }

  /**
   * A call whose answer is a stream. {@link #beforeStream} bounds the wait for the head of the
   * answer once all is sent; not the time to connect, which has a bound of its own, nor that of a
   * long request on a slow line.
   */
  public UpstreamCall stream(UpstreamRequest request) {
    return new UpstreamCall(request, idle, dialer, total, beforeStream);
  }

  /** A call for a small page that must come quickly. */
  public UpstreamCall quick(UpstreamRequest request) {
    return new UpstreamCall(request, idle, dialer, page, null);
  }

  /** Bounds each wait until the first event of a stream. */
  public Limit beforeStream() {
    return beforeStream;
  }

  /** Bounds the silence between two pieces of a stream. */
  public Limit withinStream() {
    return withinStream;
  }

  @Override
  public void close() {
    idle.close();
  }
}
