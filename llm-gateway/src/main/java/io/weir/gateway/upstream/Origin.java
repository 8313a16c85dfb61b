package io.weir.gateway.upstream;

import java.net.URI;

/**
 * Where a provider listens.
 *
 * @param host a name, or an address without brackets
 * @param authority as requests name it: the host, in brackets if it has colons, and the port unless
 *     it is the usual one
 */
record Origin(boolean secure, String host, int port, String authority) {
  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  static Origin of(URI address) {
    boolean secure = "https".equalsIgnoreCase(address.getScheme());
    String named = address.getHost();
    if (named == null) {
      throw new IllegalArgumentException("an address without a host: " + address);
    }
    int usual = secure ? HTTPS : HTTP;
    int port = address.getPort() < 0 ? usual : address.getPort();
    String host = named.startsWith("[") ? named.substring(1, named.length() - 1) : named;
    return new Origin(secure, host, port, port == usual ? named : named + ":" + port);
  }

  URI uri() {
    return URI.create((secure ? "https://" : "http://") + authority + "/");
  }
}
