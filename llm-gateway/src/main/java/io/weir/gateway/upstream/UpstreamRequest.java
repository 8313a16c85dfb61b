package io.weir.gateway.upstream;

import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to a provider, once: a paid call is never repeated behind its caller's back.
 *
 * @param target path and query
 * @param json the body of a POST, not to be changed; null for a GET
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way through; never compared
public record UpstreamRequest(
    Origin origin, String target, Map<String, String> headers, byte @Nullable [] json) {

  /** Requests to one address, which have the same headers. */
  public static final class Template {
    private final Origin origin;
    private final String prefix;
    private final Map<String, String> headers;

    /**
     * @param base {@code http} or {@code https}, with a host and without a query; paths are put
     *     behind its own
     */
    public Template(URI base, Map<String, String> headers) {
      this.origin = Origin.of(base);
      this.prefix = base.getRawPath();
      this.headers = Map.copyOf(headers);
    }

    /** A request for a page. */
    public UpstreamRequest get(String path) {
      return new UpstreamRequest(origin, prefix + path, headers, null);
    }

    /** A request with a body. */
    public UpstreamRequest post(String path, byte[] json) {
      return new UpstreamRequest(origin, prefix + path, headers, json);
    }
  }
}
