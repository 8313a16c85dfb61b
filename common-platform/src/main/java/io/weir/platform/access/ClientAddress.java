package io.weir.platform.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;

/** Where a client is, as far as can be believed. */
public record ClientAddress(InetAddress address) {
  private static final int NETWORK_BYTES = 8;

  /**
   * What counts its requests: an IPv4 address by itself, an IPv6 address by its /64, since whoever
   * has one has all of these.
   */
  public String limitedBy() {
    byte[] bytes = address.getAddress();
    return address instanceof Inet6Address
        ? "address:"
            + HexFormat.of().formatHex(Arrays.copyOf(bytes, NETWORK_BYTES))
            + "/"
            + NETWORK_BYTES * Byte.SIZE
        : "address:" + address.getHostAddress();
  }
}
